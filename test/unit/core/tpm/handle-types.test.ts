import { expect } from 'chai'
import { toHex } from '../../../../core/bytes/index.ts'
import * as tpm from '../../../../core/tpm/index.ts'
import { CodecError, decode, encode, pcrCount, RC, RH, u32, type HandleType } from '../../../../core/tpm/index.ts'

/** A handle or two of each kind, the first and the last of those that come in ranges. */
const handles = {
  pcr: [0, pcrCount - 1],
  noPcr: [pcrCount, 0x00ffffff],
  nvIndex: [0x01000000, 0x01ffffff],
  hmacSession: [0x02000000, 0x02ffffff],
  policySession: [0x03000000, 0x03ffffff],
  transient: [0x80000000, 0x80ffffff],
  persistent: [0x81000000, 0x81ffffff],
  nothing: [0x04000000, 0x3fffffff, 0x40000000, 0x82000000, 0xffffffff],
  owner: [RH.owner],
  null: [RH.null],
  unassigned: [RH.unassigned],
  password: [RH.password],
  lockout: [RH.lockout],
  endorsement: [RH.endorsement],
  platform: [RH.platform],
  platformNv: [RH.platformNv],
} as const
type Kind = keyof typeof handles

const object: readonly Kind[] = ['transient', 'persistent']
const session: readonly Kind[] = ['hmacSession', 'policySession']
/** Part 2, clause 9: what each takes, and nothing else. */
const slots: Readonly<Record<string, readonly Kind[]>> = {
  TPMI_DH_OBJECT: object,
  TPMI_DH_OBJECT_NULL: [...object, 'null'],
  TPMI_DH_SEQUENCE: object,
  TPMI_DH_PARENT: [...object, 'owner', 'platform', 'endorsement', 'null'],
  TPMI_DH_ENTITY: [...object, 'nvIndex', 'pcr', 'owner', 'endorsement', 'platform', 'lockout'],
  TPMI_DH_ENTITY_NULL: [...object, 'nvIndex', 'pcr', 'owner', 'endorsement', 'platform', 'lockout', 'null'],
  TPMI_DH_PCR: ['pcr'],
  TPMI_DH_PCR_NULL: ['pcr', 'null'],
  TPMI_SH_HMAC: ['hmacSession'],
  TPMI_SH_POLICY: ['policySession'],
  TPMI_RH_HIERARCHY_HANDLE: ['owner', 'platform', 'endorsement', 'null'],
  TPMI_RH_BASE_HIERARCHY: ['owner', 'platform', 'endorsement'],
  TPMI_RH_HIERARCHY_AUTH: ['owner', 'platform', 'endorsement', 'lockout'],
  TPMI_RH_ENDORSEMENT: ['endorsement'],
  TPMI_RH_PLATFORM: ['platform'],
  TPMI_RH_PROVISION: ['owner', 'platform'],
  TPMI_RH_CLEAR: ['lockout', 'platform'],
  TPMI_RH_LOCKOUT: ['lockout'],
  TPMI_RH_NV_AUTH: ['nvIndex', 'platform', 'owner'],
  TPMI_RH_NV_INDEX_HANDLE: ['nvIndex'],
  TPMI_DH_CONTEXT_HANDLE: [...session, 'transient'],
}
const parameters: Readonly<Record<string, readonly Kind[]>> = {
  TPMI_DH_PCR_NUMBER: ['pcr'],
  TPMI_DH_CONTEXT: [...session, 'transient'],
  TPMI_DH_PERSISTENT: ['persistent'],
  TPMI_SH_AUTH_SESSION: [...session, 'password'],
}
const declared = tpm as unknown as Readonly<Record<string, HandleType & tpm.Codec<number>>>
const each = Object.entries(handles).flatMap(([kind, of]) => of.map((handle) => [kind as Kind, handle] as const))

describe('a handle of a command', () => {
  for (const [name, kinds] of Object.entries(slots))
    it(`${name} takes ${kinds.join(', ')}`, () => {
      const taken = each.filter(([, handle]) => declared[name]?.allows(handle))
      expect(taken).to.deep.equal(each.filter(([kind]) => kinds.includes(kind)))
    })
})

describe('a handle among the parameters', () => {
  for (const [name, kinds] of Object.entries(parameters))
    it(`${name} takes ${kinds.join(', ')}`, () => {
      const codec = declared[name]!
      for (const [kind, handle] of each) {
        const wire = encode(u32, handle)
        if (kinds.includes(kind)) {
          expect(decode(codec, wire), kind).to.equal(handle)
          expect(toHex(encode(codec, handle))).to.equal(toHex(wire))
        } else
          expect(() => decode(codec, wire), kind)
            .to.throw(CodecError)
            .with.property('rc', RC.value)
      }
    })
})
