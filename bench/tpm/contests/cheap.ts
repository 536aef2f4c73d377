import {
  ALG,
  CAP,
  digest,
  GetCapability,
  GetRandom,
  Hash,
  HMAC,
  named,
  PCR_Extend,
  PCR_Read,
  PolicyPCR,
  ReadPublic,
  RH,
  selectPcrs,
} from '../../../core/tpm/index.ts'
import { act, type Contest, manyRounds } from '../contest.ts'
import { hmacKey } from '../templates.ts'
import { bare, type TpmUnderTest, withPassword } from '../tpm-under-test.ts'

const kilobyte = new Uint8Array(1024).fill(0x5a)
const debugPcr = 16
const empty = new Uint8Array(0)
export const bootPcrs = [selectPcrs(ALG.sha256, [0, 1, 2, 3, 4, 5, 6, 7])]

const row = (name: string, command: (tpm: TpmUnderTest) => Promise<unknown>): Contest => ({
  name,
  ...manyRounds,
  prepare: (tpm) => Promise.resolve(act({ act: () => command(tpm) })),
})

/** What takes no key, or no time. */
export const cheapContests: readonly Contest[] = [
  row('GetRandom', ({ client }) => client.run(GetRandom, {}, { bytesRequested: 32 })),
  row('GetCapability', ({ client }) =>
    client.run(GetCapability, {}, { capability: CAP.pcrs, property: 0, propertyCount: 1 }),
  ),
  row('PCR_Read', ({ client }) => client.run(PCR_Read, {}, { pcrSelectionIn: bootPcrs })),
  row('PCR_Extend', ({ client }) =>
    client.run(
      PCR_Extend,
      { pcrHandle: withPassword(debugPcr) },
      { digests: [{ hashAlg: ALG.sha256, digest: digest(ALG.sha256, empty) }] },
    ),
  ),
  row('Hash', ({ client }) => client.run(Hash, {}, { data: kilobyte, hashAlg: ALG.sha256, hierarchy: RH.null })),
  {
    name: 'StartAuthSession',
    ...manyRounds,
    prepare: (tpm) => Promise.resolve(act({ act: () => tpm.policySession(), after: (session) => tpm.flush(session) })),
  },
  {
    name: 'FlushContext',
    ...manyRounds,
    prepare: (tpm) => Promise.resolve(act({ before: () => tpm.policySession(), act: (session) => tpm.flush(session) })),
  },
  {
    name: 'PolicyPCR',
    ...manyRounds,
    async prepare(tpm) {
      const session = await tpm.policySession()
      const policySession = named(session.handle)
      return act({
        act: () => tpm.client.run(PolicyPCR, { policySession }, { pcrDigest: empty, pcrs: bootPcrs }),
        end: () => tpm.flush(session),
      })
    },
  },
  {
    name: 'ReadPublic',
    ...manyRounds,
    async prepare(tpm) {
      const objectHandle = await tpm.primary()
      return act({
        act: () => tpm.client.run(ReadPublic, { objectHandle: bare(objectHandle) }, {}),
        end: () => tpm.flush(objectHandle),
      })
    },
  },
  {
    name: 'HMAC',
    ...manyRounds,
    async prepare(tpm) {
      const parent = await tpm.primary()
      const handle = await tpm.child(parent, hmacKey)
      return act({
        act: () => tpm.client.run(HMAC, { handle }, { buffer: kilobyte, hashAlg: ALG.sha256 }),
        end: () => tpm.flush(handle, parent),
      })
    },
  },
]
