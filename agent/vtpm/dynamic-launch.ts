import { EventSequence } from './commands/sequences.ts'
import { dynamicPcr } from './state/pcr-banks.ts'
import { isDynamic, pcrRules } from './state/pcr-rules.ts'
import type { TpmState } from './state/tpm-state.ts'

const hcrtmPcr = 0
const hcrtmLocality = 4
const noHandle = 0

/** _TPM_Hash_Start (Part 3, 22.9): the sequence needs a slot, and takes one where none is free. */
export function startLaunch(tpm: TpmState): EventSequence {
  const { loaded, size } = tpm.slots
  const [first] = loaded
  if (first !== undefined && loaded.length === size) tpm.slots.flush(first.handle)
  tpm.persist({ tpmEstablished: 1 })
  return new EventSequence(noHandle, new Uint8Array(0))
}

/** _TPM_Hash_End (Part 3, 22.11): before Startup an H-CRTM sequence into PCR 0, afterwards a dynamic launch into PCR 17. */
export function endLaunch(tpm: TpmState, launch: EventSequence): void {
  if (tpm.isStarted)
    pcrRules.forEach((rule, pcr) => {
      if (isDynamic(rule)) tpm.pcrs.zero(pcr)
    })
  else {
    tpm.pcrs.markStartup(hcrtmLocality)
    tpm.hasHcrtm = true
  }
  const pcr = tpm.isStarted ? dynamicPcr : hcrtmPcr
  const { updateCounter } = tpm.pcrs
  for (const { hashAlg, digest } of launch.digests()) tpm.pcrs.extend(hashAlg, pcr, digest)
  // What is measured before Startup is the first value of a PCR, and no change of it
  if (!tpm.isStarted) tpm.pcrs.updateCounter = updateCounter
  launch.erase()
}
