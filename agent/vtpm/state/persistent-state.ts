import {
  ALG,
  buffer,
  CC,
  CodecError,
  decode,
  encode,
  fixed,
  handleType,
  hashAlgorithms,
  HT,
  list,
  oneOf,
  orEmpty,
  RC,
  selectPcrs,
  sized,
  struct,
  TPM2B_AUTH,
  TPM2B_DIGEST,
  TPM2B_NAME,
  TPM2B_PUBLIC,
  TPM2B_SENSITIVE,
  TPMI_ALG_HASH,
  TPMI_ALG_HASH_NULL,
  TPML_PCR_SELECTION,
  TPMS_NV_PUBLIC,
  TPMI_RH_HIERARCHY,
  TPMI_YES_NO,
  u16,
  u32,
  u64,
  type Infer,
  type Random,
} from '../../../core/tpm/index.ts'
import { Reader } from '../../../core/bytes/index.ts'
import { hasKnownType, hasSizeOfType, holdsItsSize } from './nv-shape.ts'
import { fromSavedStateVersion1, hasPcrValues, SavedState, SavedStateVersion1 } from './saved-state.ts'

export const formatVersion = 2
/** A seed is as strong as the largest digest, a proof as long (Part 1, 14.3 and 14.4). */
export const secretBytes = 64
const secret = fixed('secret', secretBytes)
/** What only this TPM knows, by its name in the state. */
export const hierarchySecrets = [
  'endorsementSeed',
  'ownerSeed',
  'platformSeed',
  'endorsementProof',
  'ownerProof',
  'platformProof',
] as const
export type HierarchySecret = (typeof hierarchySecrets)[number]
const maxNvIndices = 1024
const maxObjects = 256

const maxAuditedCommands = 256

/** The authPolicy of a hierarchy or of a group of PCRs. */
const StoredPolicy = struct('policy', { hash: TPMI_ALG_HASH_NULL, digest: TPM2B_DIGEST })

/** What an NV index holds; its data is empty until the first write. */
export const StoredNvIndex = struct('nvIndex', {
  nvPublic: TPMS_NV_PUBLIC,
  authValue: TPM2B_AUTH,
  contents: buffer('contents', 2048),
})
export type StoredNvIndex = Infer<typeof StoredNvIndex>

/** A persistent object. */
export const StoredObject = struct('object', {
  handle: u32,
  hierarchy: TPMI_RH_HIERARCHY,
  publicArea: TPM2B_PUBLIC,
  sensitive: orEmpty(TPM2B_SENSITIVE),
  qualifiedName: TPM2B_NAME,
})
export type StoredObject = Infer<typeof StoredObject>

/** How the last power cycle ended: with no Shutdown, or with one of the two (Part 1, 12.2.4). */
export const SHUTDOWN = { none: 0, clear: 1, state: 2, stateOfLocality3: 3 } as const

const version = (number: number) => ({ version: oneOf('version', u16, [number], RC.value) })

/** What the first version had in front of the saved state. */
const version1 = {
  endorsementSeed: secret,
  ownerSeed: secret,
  platformSeed: secret,
  endorsementProof: secret,
  ownerProof: secret,
  platformProof: secret,
  endorsementAuth: TPM2B_AUTH,
  ownerAuth: TPM2B_AUTH,
  lockoutAuth: TPM2B_AUTH,
  endorsementPolicy: StoredPolicy,
  ownerPolicy: StoredPolicy,
  lockoutPolicy: StoredPolicy,
  disableClear: TPMI_YES_NO,
  tpmEstablished: TPMI_YES_NO,
  failedTries: u32,
  maxTries: u32,
  recoveryTime: u32,
  lockoutRecovery: u32,
  lockoutAuthEnabled: TPMI_YES_NO,
  resetCount: u32,
  restartCount: u32,
  /** Counts resets for ever; contexts saved before the last one do not load (Part 1, 30.3). */
  totalResetCount: u64,
  clock: u64,
  clockSafe: TPMI_YES_NO,
  lastShutdown: oneOf('lastShutdown', u16, Object.values(SHUTDOWN), RC.value),
  pcrAllocation: TPML_PCR_SELECTION,
  /** No counter made later starts below it (Part 1, 37.2.4.3). */
  highestCounter: u64,
  nvIndices: list('nvIndices', StoredNvIndex, maxNvIndices),
  objects: list('objects', StoredObject, maxObjects),
}

const since2 = {
  /** The hash of the command audit (Part 1, 34). */
  auditAlg: TPMI_ALG_HASH,
  auditCounter: u64,
  /** Codes of the commands that are audited, in their order. */
  auditedCommands: list('auditedCommands', u32, maxAuditedCommands),
  /** Of the one group of PCRs that has one. */
  pcrPolicy: StoredPolicy,
  algorithmSet: u32,
}

/** Everything of a TPM that outlives its power. */
const PersistentState = struct('persistentState', {
  ...version(formatVersion),
  ...version1,
  saved: orEmpty(sized('saved', SavedState)),
  ...since2,
})
export type PersistentState = Infer<typeof PersistentState>

export const encodePersistentState = (state: PersistentState): Uint8Array => encode(PersistentState, state)

const PersistentStateVersion1 = struct('persistentState', {
  ...version(1),
  ...version1,
  saved: orEmpty(sized('saved', SavedStateVersion1)),
})

/** How the states of earlier versions become one of this version; each decoder says what its version lacked. */
const earlier: ReadonlyMap<number, (bytes: Uint8Array) => PersistentState> = new Map([
  [
    1,
    (bytes) => {
      const { saved, ...kept } = decode(PersistentStateVersion1, bytes)
      return {
        ...kept,
        version: formatVersion,
        saved: saved === undefined ? undefined : fromSavedStateVersion1(saved),
        ...initialSince2,
      }
    },
  ],
])

/**
 * A state of this version or of an earlier one.
 * @throws WireError if the bytes are none, or of what no TPM holds.
 */
export function decodePersistentState(bytes: Uint8Array): PersistentState {
  const decodeEarlier = earlier.get(new Reader(bytes).u16())
  const state = decodeEarlier === undefined ? decode(PersistentState, bytes) : decodeEarlier(bytes)
  checkHolds(state)
  return state
}

/** Where this is not refused, each command that meets it ends in failure mode, after every start again. */
function checkHolds({ nvIndices, objects, saved }: PersistentState): void {
  for (const index of nvIndices)
    if (!hasKnownType(index.nvPublic) || !hasSizeOfType(index.nvPublic) || !holdsItsSize(index))
      throw new CodecError(RC.value, 'an NV index of another size than its type', ['nvIndices'])
  for (const { handle, publicArea, sensitive } of objects)
    if (
      handleType(handle) !== HT.persistent ||
      (sensitive !== undefined && sensitive.sensitiveType !== publicArea.type)
    )
      throw new CodecError(RC.value, 'an object that is not persistent, or has the secret of another type', ['objects'])
  const handles = [...nvIndices.map(({ nvPublic }) => nvPublic.nvIndex), ...objects.map(({ handle }) => handle)]
  if (new Set(handles).size !== handles.length) throw new CodecError(RC.value, 'two at one handle')
  if (saved !== undefined && !hasPcrValues(saved))
    throw new CodecError(RC.value, 'a PCR value of another size', ['saved', 'pcrs'])
}

const empty = new Uint8Array(0)
export const noPolicy = { hash: ALG.null, digest: empty } as const
const allPcrs = Array.from({ length: 24 }, (_, pcr) => pcr)

/** libtpms' values of a new or cleared TPM. */
export const initialDictionaryAttack = {
  failedTries: 0,
  maxTries: 3,
  recoveryTime: 1000,
  lockoutRecovery: 1000,
  lockoutAuthEnabled: 1,
} as const

/** libtpms' values: the command that changes what is audited always is. */
const initialSince2 = {
  auditAlg: ALG.sha512,
  auditCounter: 0n,
  auditedCommands: [CC.SetCommandCodeAuditStatus],
  pcrPolicy: noPolicy,
  algorithmSet: 0,
}

/** The state of a TPM that was never powered on. */
export function manufacturedState(random: Random): PersistentState {
  return {
    version: formatVersion,
    endorsementSeed: random(secretBytes),
    ownerSeed: random(secretBytes),
    platformSeed: random(secretBytes),
    endorsementProof: random(secretBytes),
    ownerProof: random(secretBytes),
    platformProof: random(secretBytes),
    endorsementAuth: empty,
    ownerAuth: empty,
    lockoutAuth: empty,
    endorsementPolicy: noPolicy,
    ownerPolicy: noPolicy,
    lockoutPolicy: noPolicy,
    disableClear: 0,
    tpmEstablished: 0,
    ...initialDictionaryAttack,
    resetCount: 0,
    restartCount: 0,
    totalResetCount: 0n,
    clock: 0n,
    clockSafe: 1,
    lastShutdown: SHUTDOWN.clear,
    pcrAllocation: hashAlgorithms.map((row) => selectPcrs(row.id, allPcrs)),
    highestCounter: 0n,
    nvIndices: [],
    objects: [],
    saved: undefined,
    ...initialSince2,
  }
}
