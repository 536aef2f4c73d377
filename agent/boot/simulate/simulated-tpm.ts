import { randomBytes } from 'node:crypto'
import { startupLocality } from '../../../core/eventlog/index.ts'
import type { Transport } from '../../../core/tpm/index.ts'
import { manufacture, MemoryStorage, Tpm } from '../../vtpm/index.ts'
import { measureInto } from '../measure.ts'
import type { SimulatedBoot } from './simulated-boot.ts'

/** A TPM in this process, started and measured into. */
export interface SimulatedTpm {
  readonly tpm: Tpm
  readonly transport: Transport
}

/**
 * A new emulated TPM into which a boot was measured, for clients that ask a TPM and not a quote: any command works on it.
 * @throws MeasureError if no TPM can take the boot.
 */
export async function simulatedTpm({ log }: SimulatedBoot): Promise<SimulatedTpm> {
  const random = (size: number): Uint8Array => Uint8Array.from(randomBytes(size))
  const storage = new MemoryStorage(manufacture({ random }))
  const tpm = Tpm.open({ storage, random, clock: () => Math.floor(performance.now()) })
  tpm.powerOn()
  const at = (locality: number): Transport => ({ transmit: async (command) => await tpm.execute(command, locality) })
  await measureInto(at(0), { startupLocality: startupLocality(log.events), log: () => log }, at)
  return { tpm, transport: at(0) }
}
