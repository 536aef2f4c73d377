import { WireError } from '../../core/bytes/index.ts'
import { digestAlgorithm, type LogAlgorithm, pcrCount, type PcrBanks } from '../../core/eventlog/index.ts'
import {
  CAP,
  GetCapability,
  handleName,
  passwordSession,
  PCR_Extend,
  PCR_Read,
  selectedPcrs,
  selectPcrs,
  type TpmClient,
  type TPML_DIGEST_VALUES,
} from '../../core/tpm/index.ts'

const maxSelections = 16

/**
 * The PCR banks that a TPM extends, of which each has all PCRs.
 * @throws TpmResponseError; WireError if it answers something else.
 */
export async function activeBanks(tpm: TpmClient): Promise<readonly LogAlgorithm[]> {
  const { capabilityData } = await tpm.run(
    GetCapability,
    {},
    { capability: CAP.pcrs, property: 0, propertyCount: maxSelections },
  )
  if (capabilityData.capability !== CAP.pcrs) throw new WireError('is not the one asked for', ['capability'])
  return capabilityData.data.flatMap((selection) => {
    const algorithm = digestAlgorithm(selection.hash)
    if (algorithm === undefined || selectedPcrs(selection).length !== pcrCount) return []
    return [{ id: algorithm.id, digestSize: algorithm.digestSize }]
  })
}

/**
 * Extends one PCR in all banks that `digests` names, by one command.
 * @throws TpmResponseError
 */
export async function extendPcr(tpm: TpmClient, pcr: number, digests: ReadonlyMap<number, Uint8Array>): Promise<void> {
  const values = [...digests].map(([hashAlg, digest]) => ({ hashAlg, digest })) as TPML_DIGEST_VALUES
  const pcrHandle = { handle: pcr, name: handleName(pcr), auth: passwordSession() }
  await tpm.run(PCR_Extend, { pcrHandle }, { digests: values })
}

/**
 * Reads PCRs 0 to 23 of the banks. A TPM answers at most eight values at a time and drops what does not fit, so each answer's own selection is believed.
 * @throws TpmResponseError; WireError if it answers none of them.
 */
export async function readPcrs(tpm: TpmClient, banks: readonly LogAlgorithm[]): Promise<PcrBanks> {
  const values = new Map<number, ReadonlyMap<number, Uint8Array>>()
  for (const { id } of banks) values.set(id, await readBank(tpm, id))
  return values
}

async function readBank(tpm: TpmClient, id: number): Promise<ReadonlyMap<number, Uint8Array>> {
  const values = new Map<number, Uint8Array>()
  while (values.size < pcrCount) {
    const missing = Array.from({ length: pcrCount }, (_, pcr) => pcr).filter((pcr) => !values.has(pcr))
    const answer = await tpm.run(PCR_Read, {}, { pcrSelectionIn: [selectPcrs(id, missing)] })
    const answered = answer.pcrSelectionOut.filter(({ hash }) => hash === id).flatMap(selectedPcrs)
    for (const [i, pcr] of answered.entries()) {
      const value = answer.pcrValues[i]
      if (value !== undefined) values.set(pcr, value)
    }
    // Without this a TPM that answers the same again and again would be asked for ever
    if (missing.every((pcr) => !values.has(pcr))) throw new WireError('none of those asked for', ['pcrValues'])
  }
  return values
}
