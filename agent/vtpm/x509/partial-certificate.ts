import { derElement, derInteger, bytesToBigInt, DER } from '../../../core/bytes/index.ts'
import { digest } from '../../../core/tpm/index.ts'
import { type Element, readElements } from './read-der.ts'

const extensionsTag = 0xa3

/** What a caller brings of a TBSCertificate (RFC 5280, 4.1; Part 3, 18.8). */
export interface PartialCertificate {
  /** The AlgorithmIdentifier, where the caller knows better. */
  readonly signature: Uint8Array | undefined
  readonly issuer: Uint8Array
  readonly validity: Uint8Array
  readonly subject: Uint8Array
  readonly extensions: Element
}

/**
 * @throws WireError if it is no DER.
 * @returns what is wrong where the elements are not those of a certificate.
 */
export function readPartialCertificate(elements: readonly Element[]): PartialCertificate | undefined {
  const sequences = elements.filter((each) => each.tag === DER.sequence).map((each) => each.whole)
  const [extensions, ...others] = elements.filter((each) => each.tag === extensionsTag)
  const isComplete = sequences.length + 1 === elements.length && others.length === 0
  const [subject, validity, issuer, signature, ...tooMany] = sequences.reverse()
  if (!isComplete || extensions === undefined || tooMany.length > 0) return undefined
  if (issuer === undefined || validity === undefined || subject === undefined) return undefined
  return { signature, issuer, validity, subject, extensions }
}

/**
 * The content of a SEQUENCE that is all of some bytes.
 * @throws WireError if it is no DER.
 */
export function onlySequence(bytes: Uint8Array): Uint8Array | undefined {
  const [sequence, ...others] = readElements(bytes)
  return sequence?.tag === DER.sequence && others.length === 0 ? sequence.content : undefined
}

/** Version 3, which has extensions. */
const version = derElement(DER.context0, derInteger(2n))
/** RFC 5280, 4.1.2.2. */
const maxSerialBytes = 20

interface Completion {
  readonly signature: Uint8Array
  readonly subjectPublicKey: Uint8Array
  /** The signer's nameAlg, its Name and the Name of the key that is certified. */
  readonly nameAlg: number
  readonly names: readonly Uint8Array[]
}

/** The TBSCertificate, and what the TPM added to it. */
export function completeCertificate(
  partial: PartialCertificate,
  { signature, subjectPublicKey, nameAlg, names }: Completion,
): { readonly tbs: Uint8Array; readonly added: Uint8Array } {
  const { issuer, validity, subject, extensions } = partial
  const rest = [signature, issuer, validity, subject, subjectPublicKey, extensions.whole]
  const number = digest(nameAlg, ...rest, ...names).subarray(0, maxSerialBytes)
  const serial = derInteger(bytesToBigInt(number))
  const chosen = partial.signature === undefined ? [signature] : []
  return {
    tbs: derElement(DER.sequence, version, serial, ...rest),
    added: derElement(DER.sequence, version, serial, ...chosen, subjectPublicKey),
  }
}
