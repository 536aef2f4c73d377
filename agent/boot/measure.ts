import { toHex } from '../../core/bytes/index.ts'
import {
  coveredBanks,
  digestAlgorithm,
  EV,
  type EventLog,
  type LogAlgorithm,
  type PcrBanks,
  replay,
  resetValue,
  writeEventLog,
} from '../../core/eventlog/index.ts'
import { RC, Startup, SU, TpmClient, TpmResponseError, type Transport } from '../../core/tpm/index.ts'
import { type BootPlan } from './boot-plan.ts'
import { MeasureError } from './measure-error.ts'
import { activeBanks, extendPcr, readPcrs } from './pcr-access.ts'

/** A way to a TPM at another locality than 0, where there is one. */
export type AtLocality = (locality: number) => Transport

/** What was measured. */
export interface MeasuredBoot {
  readonly log: Uint8Array
  readonly pcrs: PcrBanks
}

/**
 * Starts a TPM that was switched on and measures a boot into it: every event of the plan extends, by one command and in order, all
 * active banks that the log has all digests of.
 * A TPM that was started already is used if none of the plan's PCRs was extended.
 * @throws MeasureError if the TPM cannot take the boot or ends up with other values; EventLogError if the start-up locality of the plan's log is unclear; TpmResponseError.
 */
export async function measureInto(
  transport: Transport,
  plan: BootPlan,
  atLocality?: AtLocality,
): Promise<MeasuredBoot> {
  await startUp(transport, plan.startupLocality, atLocality)
  const tpm = new TpmClient(transport)
  const active = await activeBanks(tpm)
  const log = plan.log(active)
  const banks = coveredBanks(log).filter(({ id }) => active.some((bank) => bank.id === id))
  if (banks.length === 0) throw new MeasureError('banks', 'the TPM has no active PCR bank that the log has digests for')

  const expected = replay(log)
  const touched = touchedPcrs(log)
  requireUntouched(await readPcrs(tpm, banks), touched, banks, plan.startupLocality)
  await extendAll(tpm, log, banks)

  const pcrs = await readPcrs(tpm, banks)
  requireEqual(pcrs, expected, touched)
  return { log: writeEventLog(log), pcrs }
}

async function startUp(transport: Transport, locality: number, atLocality: AtLocality | undefined): Promise<void> {
  const starting = locality === 0 ? transport : atLocality?.(locality)
  if (starting === undefined || locality > 3) {
    throw new MeasureError('locality', `the recorded boot started its TPM at locality ${locality}; this TPM cannot be`)
  }
  try {
    await new TpmClient(starting).run(Startup, {}, { startupType: SU.clear })
  } catch (error) {
    if (!(error instanceof TpmResponseError && error.is(RC.initialize))) throw error
  }
}

function touchedPcrs(log: EventLog): ReadonlySet<number> {
  return new Set(log.events.filter(({ untrustedType }) => untrustedType !== EV.NO_ACTION).map(({ pcr }) => pcr))
}

function requireUntouched(
  pcrs: PcrBanks,
  touched: ReadonlySet<number>,
  banks: readonly LogAlgorithm[],
  locality: number,
): void {
  for (const { id, digestSize } of banks) {
    for (const pcr of touched) {
      if (toHex(pcrs.get(id)?.get(pcr) ?? new Uint8Array()) !== toHex(resetValue(pcr, digestSize, locality))) {
        throw new MeasureError('used', `PCR ${pcr} was extended before this boot`)
      }
    }
  }
}

async function extendAll(tpm: TpmClient, log: EventLog, banks: readonly LogAlgorithm[]): Promise<void> {
  for (const { pcr, untrustedType, digests } of log.events) {
    if (untrustedType === EV.NO_ACTION) continue
    await extendPcr(tpm, pcr, new Map([...digests].filter(([id]) => banks.some((bank) => bank.id === id))))
  }
}

function requireEqual(pcrs: PcrBanks, expected: PcrBanks, touched: ReadonlySet<number>): void {
  for (const [id, bank] of pcrs) {
    for (const pcr of touched) {
      const value = bank.get(pcr) ?? new Uint8Array()
      const wanted = expected.get(id)?.get(pcr)
      if (wanted !== undefined && toHex(wanted) !== toHex(value)) {
        throw new MeasureError(
          'mismatch',
          `PCR ${pcr} (${digestAlgorithm(id)?.name ?? String(id)}) does not hold what was measured`,
        )
      }
    }
  }
}
