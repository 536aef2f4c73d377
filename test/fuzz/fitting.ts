import { ALG, type AnyCommand, RH, ST, type TPMT_PUBLIC, type TPMT_SIG_SCHEME } from '../../core/tpm/index.ts'
import type { Choices } from './choices.ts'
import { nvPublicOf } from './likely.ts'
import { digestOf, policies } from './policies.ts'
import type { Thing } from './world.ts'

const empty = new Uint8Array(0)

type Things = Readonly<Record<string, Thing | undefined>>
type Values = Readonly<Record<string, unknown>>

const schemes: Readonly<Partial<Record<number, readonly TPMT_SIG_SCHEME[]>>> = {
  [ALG.rsa]: [
    { scheme: ALG.rsassa, hashAlg: ALG.sha256 },
    { scheme: ALG.rsapss, hashAlg: ALG.sha256 },
  ],
  [ALG.ecc]: [{ scheme: ALG.ecdsa, hashAlg: ALG.sha256 }],
  [ALG.keyedhash]: [{ scheme: ALG.hmac, hashAlg: ALG.sha256 }],
}

/** A scheme that the key can sign by, whether or not it has one. */
function schemeOf(key: TPMT_PUBLIC | undefined, choices: Choices): TPMT_SIG_SCHEME {
  const fitting = schemes[key?.type ?? ALG.null]
  return fitting === undefined || choices.chance(30) ? { scheme: ALG.null } : choices.pick(fitting)
}

/** As much of an index as there is, or a part in it. */
function partOf(index: Thing | undefined, choices: Choices): { readonly size: number; readonly offset: number } {
  const whole = index?.nvPublic?.dataSize ?? 0
  const offset = choices.chance(20) ? choices.below(whole + 1) : 0
  return { offset, size: Math.min(whole - offset, 512) }
}

const noTicket = (tag: number) => ({ tag, hierarchy: RH.null, digest: empty })

function policyOfAuthority(_: Things, choices: Choices): Values {
  const hash = choices.pick([ALG.sha256, ALG.sha1])
  return { authPolicy: digestOf(hash, choices.pick(policies)), hashAlg: hash }
}

/** Parameters that go with the entities that a command is given, command by command; the rest is left to chance. */
const fitting: Readonly<Record<string, (things: Things, choices: Choices) => Values>> = {
  NV_DefineSpace: ({ authHandle }, choices) => ({
    publicInfo: nvPublicOf(choices, authHandle?.handle === RH.platform),
  }),
  LoadExternal: () => ({ hierarchy: RH.null }),
  NV_Write: ({ nvIndex }, choices) => {
    const { offset, size } = partOf(nvIndex, choices)
    return { offset, data: choices.bytes(size) }
  },
  NV_Read: ({ nvIndex }, choices) => partOf(nvIndex, choices),
  NV_Certify: ({ nvIndex, signHandle }, choices) => ({
    ...partOf(nvIndex, choices),
    inScheme: schemeOf(signHandle?.publicArea, choices),
  }),
  Sign: ({ keyHandle }, choices) => ({
    digest: choices.bytes(32),
    inScheme: schemeOf(keyHandle?.publicArea, choices),
    validation: noTicket(ST.hashcheck),
  }),
  HMAC: () => ({ hashAlg: ALG.null }),
  HMAC_Start: () => ({ hashAlg: ALG.null }),
  EncryptDecrypt: (_, choices) => ({ mode: ALG.null, ivIn: choices.bytes(16), inData: choices.bytes(32) }),
  EncryptDecrypt2: (_, choices) => ({ mode: ALG.null, ivIn: choices.bytes(16), inData: choices.bytes(32) }),
  RSA_Encrypt: (_, choices) => ({
    message: choices.bytes(32),
    inScheme: choices.pick([{ scheme: ALG.oaep, hashAlg: ALG.sha256 }, { scheme: ALG.rsaes }]),
    label: empty,
  }),
  PolicyPCR: () => ({ pcrDigest: empty }),
  PolicySecret: () => ({ nonceTPM: empty, cpHashA: empty, expiration: 0 }),
  SetPrimaryPolicy: (_, choices) => policyOfAuthority(_, choices),
  PCR_SetAuthPolicy: (_, choices) => ({ ...policyOfAuthority(_, choices), pcrNum: choices.pick([20, 21, 22]) }),
  SetCommandCodeAuditStatus: (_, choices) =>
    choices.chance(40)
      ? { auditAlg: choices.pick([ALG.sha256, ALG.sha1]), setList: [], clearList: [] }
      : { auditAlg: ALG.null },
  HierarchyControl: (_, choices) => ({
    enable: choices.pick([RH.owner, RH.endorsement, RH.platform, RH.platformNv]),
  }),
}

/** What any key may sign by. */
const signs = new Set([
  'Certify',
  'CertifyCreation',
  'Quote',
  'GetTime',
  'GetSessionAuditDigest',
  'GetCommandAuditDigest',
])

export function fittingParameters(command: AnyCommand, things: Things, choices: Choices): Values {
  if (choices.chance(15)) return {}
  if (signs.has(command.name))
    return { inScheme: schemeOf((things['signHandle'] ?? things['keyHandle'])?.publicArea, choices) }
  return fitting[command.name]?.(things, choices) ?? {}
}
