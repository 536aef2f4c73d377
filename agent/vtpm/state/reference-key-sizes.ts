import { ALG, type TPMT_PUBLIC_PARMS } from '../../../core/tpm/index.ts'

/** The largest RSA keys of libtpms, and the keys of AES that it leaves out. */
const maxRsaBits = 3072
const omittedAesBits = 192

/** Whether a key by these parameters is one that libtpms does not have. */
export function isLargerThanReference(parms: TPMT_PUBLIC_PARMS): boolean {
  if (parms.type === ALG.keyedhash) return false
  if (parms.type === ALG.rsa && parms.parameters.keyBits > maxRsaBits) return true
  const sym = parms.type === ALG.symcipher ? parms.parameters : parms.parameters.symmetric
  return sym.algorithm === ALG.aes && sym.keyBits === omittedAesBits
}
