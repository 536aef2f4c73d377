import {
  ALG,
  defaultRsaExponent,
  digestSize,
  RC,
  type Random,
  type TPMS_SENSITIVE_CREATE,
  type TPMT_PUBLIC,
  type TPMT_SENSITIVE,
} from '../../../core/tpm/index.ts'
import { withoutTrailingZeros } from '../../../core/tpm/index.ts'
import { deriveEccKey } from '../keys/derive-key.ts'
import { drawTripleDesKey, isWeakTripleDesKey } from '../keys/triple-des-key.ts'
import type { RsaKey } from '../keys/rsa-key.ts'
import { TpmError } from '../tpm-error.ts'
import { boundUnique, isHmacKeySize, isRsaExponent, isTripleDes } from './key-checks.ts'
import { isStorageParent } from './public-checks.ts'

/** A whole object: its template completed, and its secret. */
export interface MadeObject {
  readonly publicArea: TPMT_PUBLIC
  readonly sensitive: TPMT_SENSITIVE
}

/** How the keys of an object come about: from a seed or at random. */
export interface KeySource {
  readonly random: Random
  /** Secrets are made, whatever the template says of their origin. */
  readonly isDerivation?: boolean
  rsa(bits: number, exponent: number): Promise<RsaKey>
}

/**
 * Makes an object to a template that passed its checks (Part 1, 27.5).
 * @throws TpmError RANGE if the exponent of an RSA key is none that is made; KEY_SIZE if a cipher, SIZE if an HMAC
 * is given a key of another size; KEY if Triple-DES is given a weak one.
 */
export function makeObject(
  template: TPMT_PUBLIC,
  creation: TPMS_SENSITIVE_CREATE,
  source: KeySource,
): MadeObject | Promise<MadeObject> {
  const authValue = withoutTrailingZeros(creation.userAuth).slice()
  const seedBytes = digestSize(template.nameAlg)
  switch (template.type) {
    case ALG.rsa: {
      const { keyBits, exponent } = template.parameters
      if (!isRsaExponent(exponent)) throw new TpmError(RC.range)
      const key = source.rsa(keyBits, exponent === 0 ? defaultRsaExponent : exponent)
      const complete = ({ modulus, prime }: RsaKey): MadeObject => {
        const seedValue = isStorageParent(template) ? source.random(seedBytes) : new Uint8Array(0)
        const sensitive = { sensitiveType: template.type, authValue, seedValue, sensitive: prime }
        return { publicArea: { ...template, unique: modulus }, sensitive }
      }
      return key.then(complete)
    }
    case ALG.ecc: {
      const { d, x, y } = deriveEccKey(template.parameters.curveID, source.random)
      const seedValue = isStorageParent(template) ? source.random(seedBytes) : new Uint8Array(0)
      const sensitive = { sensitiveType: template.type, authValue, seedValue, sensitive: d }
      return { publicArea: { ...template, unique: { x, y } }, sensitive }
    }
    case ALG.keyedhash:
    case ALG.symcipher: {
      const secret =
        source.isDerivation === true || isMadeHere(template)
          ? drawSecret(template, source.random)
          : givenSecret(template, creation)
      const seedValue = source.random(seedBytes)
      const sensitive = { sensitiveType: template.type, authValue, seedValue, sensitive: secret }
      const unique = boundUnique(template, seedValue, secret)
      return { publicArea: { ...template, unique }, sensitive }
    }
  }
}

/** Data that come along with a secret of the TPM's own are no part of it. */
const isMadeHere = ({ objectAttributes }: TPMT_PUBLIC): boolean => objectAttributes.sensitiveDataOrigin

function drawSecret(template: TPMT_PUBLIC, random: Random): Uint8Array {
  const size = symmetricSecretBytes(template)
  return isTripleDes(template) ? drawTripleDesKey(size, random) : random(size)
}

function givenSecret(template: TPMT_PUBLIC, { data }: TPMS_SENSITIVE_CREATE): Uint8Array {
  if (template.type === ALG.symcipher && data.length !== symmetricSecretBytes(template)) throw new TpmError(RC.keySize)
  if (isTripleDes(template) && isWeakTripleDesKey(data)) throw new TpmError(RC.key)
  if (template.type === ALG.keyedhash && !isHmacKeySize(template, data.length)) throw new TpmError(RC.size)
  return data.slice()
}

/** A cipher's key is as long as it says; an HMAC key as long as the digest of its scheme, or of its Name. */
function symmetricSecretBytes(template: TPMT_PUBLIC): number {
  if (template.type === ALG.symcipher) return template.parameters.sym.keyBits / 8
  if (template.type === ALG.keyedhash && template.parameters.scheme.scheme !== ALG.null) {
    return digestSize(template.parameters.scheme.hashAlg)
  }
  return digestSize(template.nameAlg)
}
