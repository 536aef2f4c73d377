import type { TPML_DIGEST_VALUES } from '../../../core/tpm/index.ts'
import type { Pcr } from './entity.ts'
import { pcrRule } from './pcr-banks.ts'
import { localityBit } from './pcr-rules.ts'
import type { TpmState } from './tpm-state.ts'

/** Whether a locality may extend a PCR; the null handle, which extends nothing, is anybody's. */
export const mayExtend = (pcr: Pcr | undefined, locality: number): boolean =>
  pcr === undefined || (pcrRule(pcr.handle).extendAt & localityBit(locality)) !== 0

/** Extends a PCR in every bank of which there is a digest. */
export function extendPcr(tpm: TpmState, pcr: Pcr | undefined, digests: TPML_DIGEST_VALUES): void {
  if (pcr === undefined) return
  if (pcrRule(pcr.handle).isSaved) tpm.outdateShutdown()
  for (const { hashAlg, digest } of digests) tpm.pcrs.extend(hashAlg, pcr.handle, digest)
}
