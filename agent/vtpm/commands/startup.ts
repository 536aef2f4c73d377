import { equalInConstantTime } from '../../../core/bytes/index.ts'
import { encode, RC, Shutdown, Startup, SU, TPML_PCR_SELECTION } from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { healAtStartup } from '../state/dictionary-attack.ts'
import { startNvIndices } from '../state/nv-startup.ts'
import { pcrRules } from '../state/pcr-rules.ts'
import { SHUTDOWN } from '../state/persistent-state.ts'
import { restore, save } from '../state/shutdown-state.ts'
import type { TpmState } from '../state/tpm-state.ts'
import { TpmError } from '../tpm-error.ts'

/** Where Startup may come from: the static root, and locality 3 (PC Client Platform TPM Profile, 4.6.2). */
const startupLocalities = [0, 3]
/** How a Shutdown(STATE) says where its Startup came from. */
const stateOf = (locality: number): number => (locality === 0 ? SHUTDOWN.state : SHUTDOWN.stateOfLocality3)

/**
 * Part 3, 9.3: a Reset, a Restart or a Resume (Part 1, 12.2.3).
 * @throws INITIALIZE if it ran already; VALUE for STATE without a Shutdown(STATE) before; LOCALITY, also of a Resume from
 * elsewhere than the Startup before.
 */
const startup = implement(Startup, (tpm, { parameters, locality, fail }) => {
  if (tpm.isStarted) throw new TpmError(RC.initialize)
  if (!startupLocalities.includes(locality)) fail(RC.locality)
  const { lastShutdown, saved } = tpm.persistent
  const isState = parameters.startupType === SU.state
  const wasSaved = lastShutdown >= SHUTDOWN.state && saved !== undefined
  if (isState && !wasSaved) fail(RC.value, 'startupType')
  if (isState && lastShutdown !== stateOf(locality)) fail(RC.locality)

  if (!tpm.hasHcrtm && locality !== 0) tpm.pcrs.markStartup(locality)
  if (wasSaved) {
    restore(tpm, saved, isState ? 'resume' : 'restart')
    // Every start gives firmware its hierarchy back
    tpm.reset = { ...tpm.reset, phEnable: true }
    tpm.pcrs.updateCounter = (tpm.pcrs.updateCounter + begunPcrs(isState)) >>> 0
  }
  count(tpm, wasSaved)
  if (!isState) startNvIndices(tpm, !wasSaved)
  healAtStartup(tpm)
  tpm.forgetShutdown()
  tpm.isStarted = true
  tpm.startLocality = locality
  return {}
})

/** PCRs that have their first values again; that is a change, too (Part 1, 17.8). */
const begunPcrs = (isResume: boolean): number =>
  pcrRules.filter((rule) => rule.counts && !(isResume && rule.isSaved)).length

function count(tpm: TpmState, wasSaved: boolean): void {
  const { resetCount, restartCount, totalResetCount } = tpm.persistent
  if (wasSaved) tpm.persist({ restartCount: restartCount + 1 })
  else tpm.persist({ resetCount: resetCount + 1, restartCount: 0, totalResetCount: totalResetCount + 1n })
}

/**
 * Part 3, 9.4.
 * @throws TYPE if PCRs are to be resumed that were allocated anew.
 */
const shutdown = implement(Shutdown, (tpm, { parameters, fail }) => {
  const isState = parameters.shutdownType === SU.state
  if (isState && (tpm.isReallocated || !isAllocationInForce(tpm))) fail(RC.type, 'shutdownType')
  tpm.persist({
    lastShutdown: isState ? stateOf(tpm.startLocality) : SHUTDOWN.clear,
    saved: isState ? save(tpm) : undefined,
    clock: tpm.clock.clock,
    clockSafe: tpm.clock.isSafe ? 1 : 0,
  })
  return {}
})

const isAllocationInForce = ({ persistent, pcrs }: TpmState): boolean =>
  equalInConstantTime(encode(TPML_PCR_SELECTION, persistent.pcrAllocation), encode(TPML_PCR_SELECTION, pcrs.allocation))

export const startupCommands = [startup, shutdown]
