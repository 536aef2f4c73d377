import { restoredCommits, savedCommits } from './commits.ts'
import type { SavedState } from './saved-state.ts'
import { pcrRules, type PcrRule } from './pcr-rules.ts'
import type { TpmState } from './tpm-state.ts'

const nothing = new Uint8Array(0)
const flag = (value: boolean): number => (value ? 1 : 0)

/** What a Shutdown(STATE) keeps; with other PCRs, what a running TPM takes along. */
export function save(tpm: TpmState, keeps: (rule: PcrRule) => boolean = ({ isSaved }) => isSaved): SavedState {
  const { reset, sessions, pcrs } = tpm
  return {
    nullSeed: reset.nullSeed.slice(),
    nullProof: reset.nullProof.slice(),
    platformAuth: reset.platformAuth.slice(),
    platformPolicyHash: reset.platformPolicy.hash,
    platformPolicy: reset.platformPolicy.digest,
    phEnable: flag(reset.phEnable),
    phEnableNV: flag(reset.phEnableNV),
    shEnable: flag(reset.shEnable),
    ehEnable: flag(reset.ehEnable),
    clearCount: reset.clearCount,
    pcrUpdateCounter: pcrs.updateCounter,
    contextCounter: sessions.contextCounter,
    objectContextId: reset.objectContextId,
    pcrs: pcrs.algorithms.flatMap((hash) =>
      pcrRules.flatMap((rule, pcr) => {
        const value = keeps(rule) ? pcrs.value(hash, pcr) : undefined
        return value === undefined ? [] : [{ hash, pcr, value }]
      }),
    ),
    sessions: sessions.saved,
    commandAuditDigest: reset.commandAuditDigest ?? nothing,
    pcrAuthValue: reset.pcrAuthValue.slice(),
    commits: savedCommits(reset.commits),
  }
}

/**
 * Takes up what a Shutdown(STATE) kept (Part 1, 12.2.3): both a Restart and a Resume keep the null hierarchy
 * and the saved sessions, only a Resume keeps the PCRs, the platform's authorization and the switches.
 */
export function restore(tpm: TpmState, saved: SavedState, how: 'restart' | 'resume'): void {
  const { objectContextId, commandAuditDigest } = saved
  const clearCount = saved.clearCount + (how === 'restart' ? 1 : 0)
  const [nullSeed, nullProof] = [saved.nullSeed.slice(), saved.nullProof.slice()]
  tpm.reset = { ...tpm.reset, nullSeed, nullProof, clearCount, objectContextId, commandAuditDigest }
  if (saved.commits !== undefined) tpm.reset = { ...tpm.reset, commits: restoredCommits(saved.commits) }
  tpm.sessions.restore(saved.contextCounter, saved.sessions)
  tpm.pcrs.updateCounter = saved.pcrUpdateCounter
  if (how === 'restart') return
  tpm.reset = {
    ...tpm.reset,
    platformAuth: saved.platformAuth.slice(),
    platformPolicy: { hash: saved.platformPolicyHash, digest: saved.platformPolicy },
    phEnable: saved.phEnable === 1,
    phEnableNV: saved.phEnableNV === 1,
    shEnable: saved.shEnable === 1,
    ehEnable: saved.ehEnable === 1,
    pcrAuthValue: saved.pcrAuthValue.slice(),
  }
  for (const { hash, pcr, value } of saved.pcrs) tpm.pcrs.set(hash, pcr, value)
}
