import { concat, equalInConstantTime, Reader } from '../../../core/bytes/index.ts'
import {
  aesCfbDecrypt,
  ALG,
  CodecError,
  decode,
  digest,
  hmac,
  kdfa,
  protectionOf,
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
  const inner = openOuter(parcel)
  const wire = openInner(parcel, inner)
  try {
    if (isCutShort(wire)) throw new CodecError(RC.size, 'the sensitive area is shorter than its size')
    return decode(TPM2B_SENSITIVE, wire)
  } finally {
    inner.fill(0)
    wire.fill(0)
  }
}

/** Part 1, 23.3.2.4: encrypted to the new parent, and bound to the object's Name. */
function openOuter({ duplicate, name, newParent, seed }: Duplicate): Uint8Array {
  if (seed === undefined) return duplicate.slice()
  const from = new Reader(duplicate)
  const integrity = TPM2B_DIGEST.read(from)
  const encrypted = from.bytes(from.left)
  const hmacKey = kdfa(newParent.nameAlg, seed, 'INTEGRITY')
  const expected = hmac(newParent.nameAlg, hmacKey, encrypted, name)
  hmacKey.fill(0)
  if (!equalInConstantTime(expected, integrity))
    throw new CodecError(RC.integrity, 'the outer wrapper is not of this seed')
  const symKey = kdfa(newParent.nameAlg, seed, 'STORAGE', name, undefined, protectionOf(newParent).keyBits)
  const opened = aesCfbDecrypt(symKey, encrypted)
  symKey.fill(0)
  return opened
}

/** Part 1, 23.3.2.3: encrypted under a key that the caller brings. */
function openInner({ symmetricAlg, encryptionKey, nameAlg, name }: Duplicate, wrapped: Uint8Array): Uint8Array {
  if (symmetricAlg.algorithm === ALG.null) return wrapped.slice()
  const opened = aesCfbDecrypt(encryptionKey, wrapped)
  const from = new Reader(opened)
  const integrity = TPM2B_DIGEST.read(from)
  const sensitive = from.bytes(from.left)
  opened.fill(0)
  if (!equalInConstantTime(digest(nameAlg, concat(sensitive, name)), integrity))
    throw new CodecError(RC.integrity, 'the inner wrapper is not of this key')
  return sensitive
}

function isCutShort(wire: Uint8Array): boolean {
  const from = new Reader(wire)
  return from.left >= sizeBytes && from.u16() > from.left
}
