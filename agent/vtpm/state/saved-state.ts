import {
  buffer,
  digestSize,
  fixed,
  list,
  orEmpty,
  sized,
  struct,
  TPM2B_AUTH,
  TPM2B_DIGEST,
  TPMI_ALG_HASH,
  TPMI_ALG_HASH_NULL,
  TPMI_YES_NO,
  u16,
  u32,
  u64,
  type Infer,
} from '../../../core/tpm/index.ts'
import { SavedCommits } from './commits.ts'

const empty = new Uint8Array(0)

const version1 = {
  nullSeed: fixed('nullSeed', 64),
  nullProof: fixed('nullProof', 64),
  platformAuth: TPM2B_AUTH,
  platformPolicyHash: TPMI_ALG_HASH_NULL,
  platformPolicy: TPM2B_DIGEST,
  phEnable: TPMI_YES_NO,
  phEnableNV: TPMI_YES_NO,
  shEnable: TPMI_YES_NO,
  ehEnable: TPMI_YES_NO,
  clearCount: u32,
  pcrUpdateCounter: u32,
  contextCounter: u64,
  objectContextId: u64,
  pcrs: list('pcrs', struct('pcr', { hash: TPMI_ALG_HASH, pcr: u16, value: buffer('value', 64) }), 128),
  sessions: list('sessions', struct('session', { index: u16, contextId: u64 }), 64),
}
const since2 = {
  /** Empty where no command was audited since the audit began anew. */
  commandAuditDigest: TPM2B_DIGEST,
  /** Of the one group of PCRs that has one. */
  pcrAuthValue: TPM2B_AUTH,
  commits: orEmpty(sized('commits', SavedCommits)),
}

/** What TPM2_Shutdown(STATE) keeps for a Restart or Resume (Part 1, 12.2.4). */
export const SavedState = struct('savedState', { ...version1, ...since2 })
export type SavedState = Infer<typeof SavedState>

/** Whether each PCR has a value of its bank's size. */
export const hasPcrValues = ({ pcrs }: SavedState): boolean =>
  pcrs.every(({ hash, value }) => value.length === digestSize(hash))

/** As the first version of the format had it. */
export const SavedStateVersion1 = struct('savedState', version1)
export const fromSavedStateVersion1 = (saved: Infer<typeof SavedStateVersion1>): SavedState => ({
  ...saved,
  commandAuditDigest: empty,
  pcrAuthValue: empty,
  commits: undefined,
})
