import { capMeasurement } from '../../core/evidence/index.ts'
import { digest, type TpmClient } from '../../core/tpm/index.ts'
import { activeBanks, extendPcr } from '../boot/index.ts'

/**
 * Ends the boot's right to a release: extends a PCR that only a reset brings back, in every bank. What comes afterwards can
 * no longer show that it comes before.
 */
export async function cap(tpm: TpmClient, pcr: number): Promise<void> {
  await extendPcr(tpm, pcr, new Map((await activeBanks(tpm)).map(({ id }) => [id, digest(id, capMeasurement)])))
}
