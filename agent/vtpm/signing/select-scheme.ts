import { ALG, type TPMT_PUBLIC, type TPMT_SIG_SCHEME } from '../../../core/tpm/index.ts'

/** The signing schemes of each type of key (Part 2, 11.2). */
const schemesOf: ReadonlyMap<number, readonly number[]> = new Map([
  [ALG.rsa, [ALG.rsassa, ALG.rsapss]],
  [ALG.ecc, [ALG.ecdsa, ALG.ecdaa, ALG.sm2, ALG.ecschnorr]],
  [ALG.keyedhash, [ALG.hmac]],
])

/**
 * The scheme a key signs by: its own, with which a request must agree, else the requested one; undefined where neither
 * says one, both differ or the key is of another type (Part 3, 20.2.1).
 */
export function selectSignScheme(publicArea: TPMT_PUBLIC, requested: TPMT_SIG_SCHEME): TPMT_SIG_SCHEME | undefined {
  if (publicArea.type === ALG.symcipher) return undefined
  const own = publicArea.parameters.scheme
  if (requested.scheme === ALG.null) return signatureScheme(own)
  const agrees =
    own.scheme === ALG.null ||
    (own.scheme === requested.scheme && 'hashAlg' in own && own.hashAlg === requested.hashAlg)
  return agrees && (schemesOf.get(publicArea.type) ?? []).includes(requested.scheme) ? requested : undefined
}

/** A key's default as a signature scheme; not ECDAA, for which the caller must say the count. */
function signatureScheme(own: { readonly scheme: number; readonly hashAlg?: number }): TPMT_SIG_SCHEME | undefined {
  const { scheme, hashAlg } = own
  if (hashAlg === undefined) return undefined
  switch (scheme) {
    case ALG.rsassa:
    case ALG.rsapss:
    case ALG.ecdsa:
    case ALG.sm2:
    case ALG.ecschnorr:
    case ALG.hmac:
      return { scheme, hashAlg }
    default:
      return undefined
  }
}
