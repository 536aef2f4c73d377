import {
  ALG,
  CURVE,
  decode,
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

function checkStrength({ parameters }: TPMT_PUBLIC): void {
  if ('keyBits' in parameters && parameters.keyBits < minRsaBits)
    throw new EvidenceError('ak-strength', `RSA ${parameters.keyBits}`)
  if ('curveID' in parameters && !curves.includes(parameters.curveID))
    throw new EvidenceError('ak-strength', `curve 0x${parameters.curveID.toString(16)}`)
}

/** A point off its curve would make every later verification fail in another place. */
function checkPoint(publicArea: TPMT_PUBLIC): void {
  try {
    publicKeyOf(publicArea)
  } catch (cause) {
    throw new EvidenceError('ak-malformed', 'no public key', { cause })
  }
}
