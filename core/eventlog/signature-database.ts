import { Reader, toHex, WireError } from '../bytes/index.ts'

/** Signature types of UEFI 32.4.1.1 that databases hold in practice, by GUID as it lies in memory. */
const signatureTypes: ReadonlyMap<
  string,
  { readonly kind: SignatureEntry['kind']; readonly size: number | undefined }
> = new Map([
  ['a159c0a5e494a74a87b5ab155c2bf072', { kind: 'x509', size: undefined }],
  ['2616c4c14c509240aca941f936934328', { kind: 'sha256', size: 32 }],
  ['07533effd09fc94885f18ad56c701e01', { kind: 'sha384', size: 48 }],
  ['ae0f3e09c4a6504f9f1bd41e2b89c19a', { kind: 'sha512', size: 64 }],
  ['92a4d23bc0967940b420fcf98ef103ed', { kind: 'x509Sha256', size: 48 }],
])

/** An entry of a Secure Boot database: who may sign, or which image is named by hash. */
export interface SignatureEntry {
  readonly kind: 'x509' | 'sha256' | 'sha384' | 'sha512' | 'x509Sha256' | 'other'
  /** EFI_GUID of whoever put it there, as it lies in memory. */
  readonly owner: Uint8Array
  /** X.509 certificate (DER), or hash; the hash of a certificate is followed by the time of its revocation. */
  readonly data: Uint8Array
}

const ownerSize = 16
const listHeaderSize = 28

/**
 * Reads the content of PK, KEK, db or dbx: EFI_SIGNATURE_LISTs (UEFI 32.4.1).
 * @throws WireError if the lists are not well-formed to the last byte.
 */
export function parseSignatureDatabase(bytes: Uint8Array): readonly SignatureEntry[] {
  const from = new Reader(bytes)
  const entries: SignatureEntry[] = []
  for (let index = 0; from.left > 0; index++) {
    try {
      // Handed over one by one: as many arguments as a hostile list has entries would exhaust the stack.
      for (const entry of readList(from)) entries.push(entry)
    } catch (error) {
      if (error instanceof WireError) throw new WireError(error.reason, ['lists', index, ...error.path])
      throw error
    }
  }
  return entries
}

function readList(from: Reader): readonly SignatureEntry[] {
  const type = signatureTypes.get(toHex(from.bytes(16))) ?? { kind: 'other' as const, size: undefined }
  const listSize = from.u32(true)
  const headerSize = from.u32(true)
  const entrySize = from.u32(true)
  const content = listSize - listHeaderSize - headerSize
  if (content < 0 || entrySize <= ownerSize || content % entrySize !== 0) throw new WireError('sizes do not fit')
  if (headerSize + content > from.left) throw new WireError(`${listSize} bytes, more than there are`)
  if (type.size !== undefined && entrySize !== ownerSize + type.size) throw new WireError('no hash of its type')
  from.bytes(headerSize)
  return Array.from({ length: content / entrySize }, () => ({
    kind: type.kind,
    owner: from.bytes(ownerSize),
    data: from.bytes(entrySize - ownerSize),
  }))
}
