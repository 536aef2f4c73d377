import { equalInConstantTime } from '../bytes/index.ts'
import {
  curve,
  decode,
  generatedValue,
  ST,
  TPMS_ATTEST,
  TPMT_SIGNATURE,
  verifySignature,
  type TPML_PCR_SELECTION,
  type TPMS_CLOCK_INFO,
} from '../tpm/index.ts'
import { type AttestationKey } from './attestation-key.ts'
import { EvidenceError } from './evidence-error.ts'
import { refuseMalformed } from './refuse-malformed.ts'

declare const verified: unique symbol

/** A quote that the attestation key has signed for exactly this extraData. */
export interface VerifiedQuote {
  readonly [verified]: true
  readonly clockInfo: TPMS_CLOCK_INFO
  readonly firmwareVersion: bigint
  readonly pcrSelect: TPML_PCR_SELECTION
  readonly pcrDigest: Uint8Array
  /** The hash of the signing scheme, under which pcrDigest stands whatever the banks are (Part 3, 18.4). */
  readonly hash: number
}

/**
 * Verifies a quote: the signature over the bytes as received, then what they say.
 * @throws EvidenceError `signature…`, `attest…`, `extra-data`, `signer`.
 */
export function verifyQuote(
  key: AttestationKey,
  untrustedAttest: Uint8Array,
  untrustedSignature: Uint8Array,
  expectedExtraData: Uint8Array,
): VerifiedQuote {
  checkSignature(key, untrustedAttest, untrustedSignature)
  const { attested, extraData, qualifiedSigner, clockInfo, firmwareVersion } = parseQuote(untrustedAttest)
  if (!equalInConstantTime(extraData, expectedExtraData)) throw new EvidenceError('extra-data')
  if (!equalInConstantTime(qualifiedSigner, key.qualifiedNameInEndorsement)) throw new EvidenceError('signer')
  return { clockInfo, firmwareVersion, ...attested, hash: key.scheme.hash } as VerifiedQuote
}

function checkSignature(key: AttestationKey, untrustedAttest: Uint8Array, untrustedSignature: Uint8Array): void {
  const signature = refuseMalformed('signature-malformed', () => decode(TPMT_SIGNATURE, untrustedSignature))
  if (!('hash' in signature) || signature.sigAlg !== key.scheme.sigAlg || signature.hash !== key.scheme.hash)
    throw new EvidenceError('signature-scheme', `0x${signature.sigAlg.toString(16)}`)
  checkLengths(key, signature)
  if (!verifySignature(key.publicArea, untrustedAttest, signature)) throw new EvidenceError('signature')
}

/** An r or s longer than the curve's order would be cut to it: many signatures for one. */
function checkLengths({ publicArea: { parameters } }: AttestationKey, signature: TPMT_SIGNATURE): void {
  if (!('signatureR' in signature) || !('curveID' in parameters)) return
  const { coordinateBytes } = curve(parameters.curveID)
  if (signature.signatureR.length > coordinateBytes || signature.signatureS.length > coordinateBytes)
    throw new EvidenceError('signature-malformed', 'r or s is longer than the order of the curve')
}

type Quote = Extract<TPMS_ATTEST, { type: typeof ST.attestQuote }>

function parseQuote(attest: Uint8Array): Quote {
  const view = new DataView(attest.buffer, attest.byteOffset, attest.byteLength)
  if (view.byteLength < 6) throw new EvidenceError('attest-malformed', 'too short')
  if (view.getUint32(0) !== generatedValue) throw new EvidenceError('attest-magic')
  if (view.getUint16(4) !== ST.attestQuote)
    throw new EvidenceError('attest-type', `0x${view.getUint16(4).toString(16)}`)
  const parsed = refuseMalformed('attest-malformed', () => decode(TPMS_ATTEST, attest))
  if (parsed.type !== ST.attestQuote) throw new EvidenceError('attest-type')
  return parsed
}
