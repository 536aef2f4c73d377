import {
  ALG,
  CURVE,
  curve,
  decode,
  defaultRsaExponent,
  nameOf,
  publicKeyOf,
  RH,
  handleName,
  qualifiedNameOf,
  TPMT_PUBLIC,
  type TPMA_OBJECT,
} from '../tpm/index.ts'
import { EvidenceError } from './evidence-error.ts'
import { refuseMalformed } from './refuse-malformed.ts'

declare const checked: unique symbol

/** An attestation key whose public area promises that it signs only what its own TPM composes, and never leaves it. */
export interface AttestationKey {
  readonly [checked]: true
  readonly publicArea: TPMT_PUBLIC
  readonly name: Uint8Array
  /** Its Qualified Name if it is a primary object of the endorsement hierarchy (Part 1, 26.7). */
  readonly qualifiedNameInEndorsement: Uint8Array
  readonly scheme: { readonly sigAlg: number; readonly hash: number }
}

const schemes: Readonly<Record<number, readonly number[]>> = {
  [ALG.rsa]: [ALG.rsassa, ALG.rsapss],
  [ALG.ecc]: [ALG.ecdsa],
}
const hashes: readonly number[] = [ALG.sha256, ALG.sha384, ALG.sha512]
const curves: readonly number[] = [CURVE.nistP256, CURVE.nistP384, CURVE.nistP521]
const minRsaBits = 2048
/** With an exponent of 1 every message is its own signature; TPMs make keys with the default one (Part 2, 12.2.3.5). */
const rsaExponents: readonly number[] = [0, defaultRsaExponent]

const wantedAttributes: Partial<TPMA_OBJECT> = {
  fixedTPM: true,
  fixedParent: true,
  sensitiveDataOrigin: true,
  restricted: true,
  sign: true,
  decrypt: false,
}

/**
 * Checks a TPMT_PUBLIC as an attestation key. It says nothing of whose key it is: that is shown by credential activation.
 * @throws EvidenceError `ak-malformed`, `ak-attributes`, `ak-scheme`, `ak-strength`.
 */
export function attestationKey(publicBytes: Uint8Array): AttestationKey {
  const publicArea = refuseMalformed('ak-malformed', () => decode(TPMT_PUBLIC, publicBytes))
  for (const [attribute, wanted] of Object.entries(wantedAttributes)) {
    if (publicArea.objectAttributes[attribute as keyof TPMA_OBJECT] !== wanted)
      throw new EvidenceError('ak-attributes', `${attribute} is ${wanted ? 'CLEAR' : 'SET'}`)
  }
  const scheme = schemeOf(publicArea)
  checkStrength(publicArea)
  checkPoint(publicArea)

  const name = nameOf(publicArea)
  const qualifiedNameInEndorsement = qualifiedNameOf(publicArea.nameAlg, handleName(RH.endorsement), name)
  return { publicArea, name, qualifiedNameInEndorsement, scheme } as AttestationKey
}

function schemeOf({ type, nameAlg, parameters }: TPMT_PUBLIC): AttestationKey['scheme'] {
  const scheme = 'scheme' in parameters ? parameters.scheme : undefined
  if (scheme === undefined || !('hashAlg' in scheme) || schemes[type]?.includes(scheme.scheme) !== true)
    throw new EvidenceError('ak-scheme', 'neither RSASSA, RSAPSS nor ECDSA')
  for (const [what, hash] of Object.entries({ scheme: scheme.hashAlg, name: nameAlg }))
    if (!hashes.includes(hash))
      throw new EvidenceError('ak-scheme', `the hash of its ${what} is 0x${hash.toString(16)}`)
  return { sigAlg: scheme.scheme, hash: scheme.hashAlg }
}

/** What the key is, not what it says: a modulus may be shorter than keyBits. */
function checkStrength(publicArea: TPMT_PUBLIC): void {
  if (publicArea.type === ALG.rsa) {
    const { keyBits, exponent } = publicArea.parameters
    const bits = bitLength(publicArea.unique)
    if (bits < minRsaBits) throw new EvidenceError('ak-strength', `RSA ${bits}`)
    if (bits !== keyBits) throw new EvidenceError('ak-malformed', `a modulus of ${bits} bits, not ${keyBits}`)
    if (!rsaExponents.includes(exponent)) throw new EvidenceError('ak-strength', `RSA exponent ${exponent}`)
  }
  if (publicArea.type === ALG.ecc && !curves.includes(publicArea.parameters.curveID))
    throw new EvidenceError('ak-strength', `curve 0x${publicArea.parameters.curveID.toString(16)}`)
}

function bitLength(modulus: Uint8Array): number {
  const first = modulus.findIndex((byte) => byte !== 0)
  return first < 0 ? 0 : 8 * (modulus.length - first) - (Math.clz32(modulus[first] ?? 0) - 24)
}

/** A point off its curve would make every later verification fail in another place; one with longer coordinates would be cut. */
function checkPoint(publicArea: TPMT_PUBLIC): void {
  if (publicArea.type === ALG.ecc) {
    const { coordinateBytes } = curve(publicArea.parameters.curveID)
    if (Math.max(publicArea.unique.x.length, publicArea.unique.y.length) > coordinateBytes)
      throw new EvidenceError('ak-malformed', 'a coordinate is longer than those of the curve')
  }
  try {
    publicKeyOf(publicArea)
  } catch (cause) {
    throw new EvidenceError('ak-malformed', 'no public key', { cause })
  }
}
