import { constants, publicEncrypt } from 'node:crypto'
import { encode } from './codec.ts'
import { ALG } from './constants/algorithms.ts'
import { curve } from './ecc/curves.ts'
import { drawScalar, type Random } from './ecc/scalar.ts'
import { ScalarMultiplier } from './ecc/scalar-multiplier.ts'
import { digestSize, hashAlgorithm } from './hash.ts'
import { kdfe } from './kdf.ts'
import { leftPad, publicKeyOf } from './public-key.ts'
import { TPMS_ECC_POINT, type EccPublic, type RsaPublic, type TPMT_PUBLIC } from './structures/index.ts'

/** What a shared secret is for; KDFe and OAEP bind it (Part 1, B.10 and C.6). */
export type SecretLabel = 'IDENTITY' | 'DUPLICATE' | 'SECRET'

/** A seed that only the holder of the private key can open, and the form it travels in. */
export interface SharedSecret {
  readonly seed: Uint8Array
  /** The content of a TPM2B_ENCRYPTED_SECRET. */
  readonly encrypted: Uint8Array
}

const nul = (label: SecretLabel): Uint8Array => new TextEncoder().encode(`${label}\0`)

function shareByRsa(key: RsaPublic, label: SecretLabel, random: Random): SharedSecret {
  const seed = random(digestSize(key.nameAlg))
  const oaep = { oaepHash: hashAlgorithm(oaepHashOf(key)).node, oaepLabel: nul(label) }
  const encrypted = publicEncrypt({ key: publicKeyOf(key), padding: constants.RSA_PKCS1_OAEP_PADDING, ...oaep }, seed)
  return { seed, encrypted: new Uint8Array(encrypted) }
}

/** Part 1, B.10.3: the scheme's hash where the key has an OAEP scheme, else its nameAlg. */
export const oaepHashOf = ({ parameters, nameAlg }: RsaPublic): number =>
  parameters.scheme.scheme === ALG.oaep ? parameters.scheme.hashAlg : nameAlg

/** Whether a secret as long as nameAlg's digest fits under the key (RFC 8017, 7.1.1). */
export function canCarrySecret(key: TPMT_PUBLIC): boolean {
  if (key.nameAlg === ALG.null) return false
  if (key.type !== ALG.rsa) return key.type === ALG.ecc
  const paddingBytes = 2 * digestSize(oaepHashOf(key)) + 2
  return digestSize(key.nameAlg) + paddingBytes <= key.parameters.keyBits / 8
}

function shareByEcc(key: EccPublic, label: SecretLabel, random: Random): SharedSecret {
  const { curveID } = key.parameters
  const row = curve(curveID)
  const scalar = drawScalar(row, random)
  const ephemeral = new ScalarMultiplier(curveID, scalar)
  const { x, y } = ephemeral.timesBase()
  const z = ephemeral.xTimes(key.unique)
  scalar.fill(0)
  const seed = kdfe(key.nameAlg, z, label, x, leftPad(key.unique.x, row.coordinateBytes))
  z.fill(0)
  return { seed, encrypted: encode(TPMS_ECC_POINT, { x, y }) }
}

/**
 * Draws a secret for the holder of an asymmetric key: OAEP for RSA (Part 1, B.10), ephemeral ECDH for ECC (C.6).
 * @throws TypeError if the key is symmetric; an OpenSSL error if it cannot carry a secret (`canCarrySecret`), or if its
 * public point is not on the curve.
 */
export function shareSecret(key: TPMT_PUBLIC, label: SecretLabel, random: Random): SharedSecret {
  if (key.type === ALG.rsa) return shareByRsa(key, label, random)
  if (key.type === ALG.ecc) return shareByEcc(key, label, random)
  throw new TypeError('a secret is shared with an asymmetric key')
}
