import { concat, equalInConstantTime, Reader } from '../../../core/bytes/index.ts'
import {
  ALG,
  cfbDecrypt,
  cfbEncrypt,
  CodecError,
  decode,
  digest,
  digestSize,
  encode,
  openOuter,
  RC,
  TPM2B_DIGEST,
  TPM2B_SENSITIVE,
  type TPMT_PUBLIC,
  type TPMT_SENSITIVE,
  type TPMT_SYM_DEF_OBJECT,
} from '../../../core/tpm/index.ts'

/** The UINT16 in front of a TPM2B. */
const sizeBytes = 2

/** What a duplicated object travels in, and the keys that open it. */
export interface Duplicate {
  readonly duplicate: Uint8Array
  /** Of the object. */
  readonly name: Uint8Array
  readonly nameAlg: number
  readonly newParent: TPMT_PUBLIC
  /** Shared with the new parent; undefined where there is no outer wrapper. */
  readonly seed: Uint8Array | undefined
  readonly symmetricAlg: TPMT_SYM_DEF_OBJECT
  /** Of the inner wrapper. */
  readonly encryptionKey: Uint8Array
}

/**
 * Takes the wrappers off a duplicated sensitive area (Part 1, 23.3).
 * @throws CodecError (TPM_RC_INTEGRITY) if a wrapper was altered or the keys are others; as the codecs do.
 */
export function openDuplicate(parcel: Duplicate): TPMT_SENSITIVE {
  const inner = parcel.seed === undefined ? parcel.duplicate.slice() : openOuter({ ...parcel, seed: parcel.seed })
  const wire = openInner(parcel, inner)
  try {
    if (isCutShort(wire)) throw new CodecError(RC.size, 'the sensitive area is shorter than its size')
    return decode(TPM2B_SENSITIVE, wire)
  } finally {
    inner.fill(0)
    wire.fill(0)
  }
}

/** Part 1, 23.3.2.3: encrypted under a key that the caller brings. */
function openInner({ symmetricAlg, encryptionKey, nameAlg, name }: Duplicate, wrapped: Uint8Array): Uint8Array {
  if (symmetricAlg.algorithm === ALG.null) return wrapped.slice()
  const opened = cfbDecrypt(symmetricAlg.algorithm, encryptionKey, wrapped)
  const from = new Reader(opened)
  const integrity = TPM2B_DIGEST.read(from)
  const sensitive = from.bytes(from.left)
  opened.fill(0)
  if (!equalInConstantTime(digest(nameAlg, concat(sensitive, name)), integrity))
    throw new CodecError(RC.integrity, 'the inner wrapper is not of this key')
  return sensitive
}

/** A sensitive area as it travels, in an inner wrapper if there is an algorithm for one (Part 1, 23.3.2.3). */
export function sealInner(
  publicArea: TPMT_PUBLIC,
  name: Uint8Array,
  sensitive: TPMT_SENSITIVE,
  { symmetricAlg, encryptionKey }: Pick<Duplicate, 'symmetricAlg' | 'encryptionKey'>,
): Uint8Array {
  // Padding the authValue hides how long it is
  const authValue = new Uint8Array(digestSize(publicArea.nameAlg))
  authValue.set(sensitive.authValue)
  const wire = encode(TPM2B_SENSITIVE, { ...sensitive, authValue })
  authValue.fill(0)
  if (symmetricAlg.algorithm === ALG.null) return wire
  const plain = concat(encode(TPM2B_DIGEST, digest(publicArea.nameAlg, wire, name)), wire)
  const wrapped = cfbEncrypt(symmetricAlg.algorithm, encryptionKey, plain)
  wire.fill(0)
  plain.fill(0)
  return wrapped
}

function isCutShort(wire: Uint8Array): boolean {
  const from = new Reader(wire)
  return from.left >= sizeBytes && from.u16() > from.left
}
