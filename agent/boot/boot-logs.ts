import { BootFileError } from '../../core/boot/index.ts'
import { requestLimits } from '../../core/evidence/index.ts'
import type { Transport } from '../../core/tpm/index.ts'
import type { BootPlan } from './boot-plan.ts'
import { type AtLocality, measureInto } from './measure.ts'
import { readNeeded } from './read-needed.ts'

/** What was measured, as it was written down: a verifier replays the firmware's log first. */
export interface BootLogs {
  readonly eventLog: Uint8Array
  readonly userspaceLog: Uint8Array
}

/** How a boot gets into a TPM that has power, or got there before. */
export type Measuring = (tpm: {
  readonly transport: Transport
  readonly atLocality?: AtLocality | undefined
}) => Promise<BootLogs>

/** The agent measures the boot. */
export function measuredHere(plan: BootPlan): Measuring {
  return async ({ transport, atLocality }) => {
    const { log } = await measureInto(transport, plan, atLocality)
    return { eventLog: log, userspaceLog: new Uint8Array(0) }
  }
}

/** Where logs are that others wrote; without a place, where Linux and systemd have them. */
export interface LogPlaces {
  readonly eventLog?: string | undefined
  readonly userspaceLog?: string | undefined
}

const kernelsLog = '/sys/kernel/security/tpm0/binary_bios_measurements'
/** systemd 255 and later; in an initramfs it begins with the phase `enter-initrd`. */
const systemdsLog = '/run/log/systemd/tpm2-measure.log'

/**
 * Firmware and loaders have measured the boot, and systemd what came since: their logs are read, and nothing is measured.
 * A userspace log that nobody named may be missing. What is read throws BootFileError if it is empty or too large.
 */
export function loggedByFirmware({ eventLog = kernelsLog, userspaceLog }: LogPlaces): Measuring {
  return async () => {
    const firmware = await readLog(eventLog, requestLimits.eventLogBytes)
    if (firmware.length === 0) throw new BootFileError(eventLog, 'is empty: the firmware has logged nothing')
    return { eventLog: firmware, userspaceLog: await readUserspaceLog(userspaceLog) }
  }
}

async function readUserspaceLog(named: string | undefined): Promise<Uint8Array> {
  try {
    return await readLog(named ?? systemdsLog, requestLimits.userspaceLogBytes)
  } catch (error) {
    if (named === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return new Uint8Array(0)
    throw error
  }
}

function readLog(path: string, limitBytes: number): Promise<Uint8Array> {
  return readNeeded('.', { path, limitBytes, startOnly: false })
}
