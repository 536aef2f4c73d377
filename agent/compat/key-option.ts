import { readNumber, readWords } from './words.ts'
import { UsageError } from './usage-error.ts'

/** Where a key comes from. */
export interface KeyOption {
  readonly from: { readonly path: string } | { readonly fd: number }
  readonly kind: 'hex' | 'binary' | 'passphrase'
  /** Of the key that swtpm would take. */
  readonly keyBytes: 16 | 32
  readonly removesFile: boolean
}

const vocabulary = {
  file: 'value',
  fd: 'value',
  mode: 'value',
  format: 'value',
  remove: 'flag',
  pwdfile: 'value',
  pwdfd: 'value',
  kdf: 'value',
} as const
const keyBytesOf: Readonly<Record<string, 16 | 32>> = { 'aes-cbc': 16, 'aes-128-cbc': 16, 'aes-256-cbc': 32 }
const formats: readonly string[] = ['hex', 'binary']
/** Both are taken; the key is derived by scrypt in either case. */
const kdfs: readonly string[] = ['sha512', 'pbkdf2']

/**
 * Reads the value of `--key` or `--migration-key`.
 * @throws UsageError
 */
export function readKeyOption(option: string, text: string): KeyOption {
  const words = readWords(option, text, vocabulary)
  const { mode = 'aes-cbc', format = 'hex', kdf = 'pbkdf2' } = words
  const keyBytes = keyBytesOf[mode]
  if (keyBytes === undefined) throw new UsageError(`Unknown encryption mode '${mode}'.`)
  if (!formats.includes(format)) throw new UsageError(`Unknown key format '${format}'.`)
  if (!kdfs.includes(kdf)) throw new UsageError(`Unknown kdf '${kdf}'.`)
  const sources = [words.file, words.fd, words.pwdfile, words.pwdfd].filter((source) => source !== undefined)
  if (sources.length !== 1)
    throw new UsageError(`Either --${option}'s file or fd, or its pwdfile or pwdfd, must be given.`)
  const isPassphrase = words.pwdfile !== undefined || words.pwdfd !== undefined
  const path = words.file ?? words.pwdfile
  const fd = words.fd ?? words.pwdfd ?? ''
  return {
    from: path === undefined ? { fd: readNumber(`${option} fd`, fd) } : { path },
    kind: isPassphrase ? 'passphrase' : (format as 'hex' | 'binary'),
    keyBytes,
    removesFile: path !== undefined && words.remove !== undefined,
  }
}
