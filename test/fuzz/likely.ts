import {
  ALG,
  CC,
  encode,
  NT,
  selectPcrs,
  ST,
  RH,
  TPMA_NV,
  TPMT_PUBLIC,
  type AnyCodec,
  type TPMS_NV_PUBLIC,
} from '../../core/tpm/index.ts'
import type { Choices } from './choices.ts'
import { digestOf, policies } from './policies.ts'
import { templateOf } from './templates.ts'
import type { Guess } from './value-of.ts'

/** What a generator may know of the TPM it makes commands for. */
export interface Surroundings {
  readonly transientHandles: readonly number[]
  readonly persistentHandles: readonly number[]
  readonly nvIndices: readonly number[]
  /** Values of a structure that earlier answers held, by the structure's name. */
  readonly known: (structure: string) => readonly unknown[]
  /** Values that belong together, by the name of their structures. */
  readonly together: ReadonlyMap<string, unknown>
}

const empty = new Uint8Array(0)
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const commandCodes = Object.values(CC)
const openNv = ['ownerRead', 'ownerWrite', 'authRead', 'authWrite', 'noDA'] as const
const nvAttributes: readonly (readonly (keyof TPMA_NV)[])[] = [
  openNv,
  ['ownerRead', 'ownerWrite'],
  ['authRead', 'authWrite'],
  [...openNv, 'writeStClear', 'readStClear'],
  [...openNv, 'writeDefine', 'globalLock'],
  [...openNv, 'orderly'],
  [...openNv, 'clearStClear'],
  [...openNv, 'writeAll'],
  ['ppRead', 'ppWrite', 'platformCreate', 'authRead'],
  ['policyRead', 'policyWrite', 'ownerRead'],
  ['ppRead', 'ppWrite', 'platformCreate', 'policyDelete'],
  ['policyRead', 'policyWrite', 'authRead', 'authWrite', 'noDA'],
  ['policyRead', 'policyWrite', 'authRead', 'ppRead', 'platformCreate', 'policyDelete', 'noDA'],
]

/** The authValues that keys and indices get: few, so that a wrong one is as likely as the right one of another. */
export const authValues = [empty, ascii('a'), new Uint8Array(20).fill(1), new Uint8Array(32).fill(2)] as const

/** The name of a structure without the sign that says it may be null. */
export const plainName = ({ name }: AnyCodec): string => name.replace('+', '')

/** The public area of an index; of one that its authority may define, where that is said. */
export function nvPublicOf(choices: Choices, byPlatform?: boolean): TPMS_NV_PUBLIC {
  const nt = choices.pick([NT.ordinary, NT.ordinary, NT.counter, NT.bits, NT.extend, NT.pinFail, NT.pinPass])
  const allowed = nvAttributes.filter(
    (each) => byPlatform === undefined || each.includes('platformCreate') === byPlatform,
  )
  const attributes = { ...TPMA_NV.of(...choices.pick(allowed)), nt: choices.chance(97) ? nt : choices.below(16) }
  const withoutDa = { ...attributes, noDA: attributes.noDA || nt === NT.pinFail }
  const usual = nt === NT.extend ? 32 : 8
  const dataSize = nt === NT.ordinary ? choices.pick([8, 16, 0, 100, 2048]) : choices.chance(5) ? 7 : usual
  const nvIndex = choices.pick([0x01500000, 0x01500001, 0x01500002, 0x01c00002])
  const nameAlg = choices.pick([ALG.sha256, ALG.sha256, ALG.sha1])
  const authPolicy = choices.chance(30) ? digestOf(nameAlg, choices.pick(policies)) : empty
  return { nvIndex, nameAlg, attributes: withoutDa, authPolicy, dataSize }
}

const banks = [ALG.sha256, ALG.sha1, ALG.sha384, ALG.sha512] as const
const pcrSets = [[0], [], [7, 16], [16, 23], [0, 1, 2, 3, 4, 5, 6, 7, 8], [17, 20]] as const

const selectionOf = (choices: Choices) =>
  Array.from({ length: choices.pick([1, 0, 2, 4]) }, (_, at) =>
    selectPcrs(banks[at] ?? ALG.sha256, choices.pick(pcrSets)),
  )

type Likely = (choices: Choices, around: Surroundings) => unknown
const nullScheme: Likely = (choices) => (choices.chance(50) ? undefined : { scheme: ALG.null })
const nullTicket =
  (tag: number): Likely =>
  (choices) =>
    choices.chance(40) ? undefined : { tag, hierarchy: RH.null, digest: empty }
const pickOr =
  (...others: readonly unknown[]): ((from: readonly unknown[], choices: Choices) => unknown) =>
  (from, choices) =>
    choices.pick([...from, ...others])

/** Likelier values than any, by the name of their structure; undefined leaves it to the form. */
const likely: Readonly<Record<string, Likely>> = {
  TPM2B_PUBLIC: (choices, { known }) =>
    choices.chance(5) ? undefined : templateOf(choices, known('TPM2B_DIGEST') as readonly Uint8Array[]),
  TPM2B_TEMPLATE: (choices, { known }) =>
    choices.chance(5)
      ? undefined
      : encode(TPMT_PUBLIC, templateOf(choices, known('TPM2B_DIGEST') as readonly Uint8Array[])),
  TPM2B_SENSITIVE_CREATE: (choices) => ({
    userAuth: choices.pick(authValues),
    data: choices.chance(15) ? choices.bytes(choices.pick([1, 16, 32, 128])) : empty,
  }),
  TPM2B_AUTH: (choices) => (choices.chance(5) ? undefined : choices.pick(authValues)),
  TPM2B_NV_PUBLIC: (choices) => (choices.chance(5) ? undefined : nvPublicOf(choices)),
  TPMI_RH_HIERARCHY: (choices) => (choices.chance(40) ? undefined : RH.null),
  TPML_PCR_SELECTION: selectionOf,
  TPMT_SIG_SCHEME: nullScheme,
  TPMT_RSA_DECRYPT: nullScheme,
  TPMT_SYM_DEF_OBJECT: (choices) => (choices.chance(50) ? undefined : { algorithm: ALG.null }),
  TPMT_TK_HASHCHECK: nullTicket(ST.hashcheck),
  TPMT_TK_VERIFIED: nullTicket(ST.verified),
  TPMI_DH_CONTEXT: (choices, { transientHandles }) => pickOr(0x80000000, 0x80000007)(transientHandles, choices),
  TPMI_DH_PERSISTENT: (choices, { persistentHandles }) =>
    pickOr(0x81000001, 0x81000002, 0x81800001)(persistentHandles, choices),
  UINT32: (choices) => (choices.chance(30) ? choices.pick(commandCodes) : undefined),
  TPM2B_TIMEOUT: (choices) => choices.pick([empty, new Uint8Array(8)]),
}

/** Structures of which any earlier value may come back. */
const returning = new Set([
  'TPM2B_DIGEST',
  'TPM2B_NAME',
  'TPMS_CONTEXT',
  'TPM2B_ECC_POINT',
  'TPM2B_PRIVATE',
  'TPMT_SIGNATURE',
])

/** A structure that may be null has a case more than the one that may not. */
function hasCase({ form }: AnyCodec, value: unknown): boolean {
  return form.kind !== 'choice' || form.cases.has((value as Readonly<Record<string, number>>)[form.tag] ?? -1)
}

/** Guesses from what the TPM holds and has answered. */
export const likelyValues =
  (around: Surroundings): Guess =>
  (codec, choices) => {
    const name = plainName(codec)
    if (around.together.has(name) && !choices.chance(10)) return { value: around.together.get(name) }
    const known = returning.has(name) ? around.known(name).filter((value) => hasCase(codec, value)) : []
    if (known.length > 0 && !choices.chance(50)) return { value: choices.pick(known) }
    const value = likely[name]?.(choices, around)
    return value === undefined || !hasCase(codec, value) ? undefined : { value }
  }
