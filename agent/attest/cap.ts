import { digest, type TpmClient } from '../../core/tpm/index.ts'
import { activeBanks, extendPcr } from '../boot/index.ts'

const capLabel = 'bootlatch/v1/cap'

/**
 * Ends the boot's right to a release: extends a PCR that only a reset brings back, in every bank. What comes afterwards can
 * no longer show that it comes before.
 */
export async function cap(tpm: TpmClient, pcr: number): Promise<void> {
  const label = new TextEncoder().encode(capLabel)
  await extendPcr(tpm, pcr, new Map((await activeBanks(tpm)).map(({ id }) => [id, digest(id, label)])))
}
