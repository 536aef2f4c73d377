import { hkdfSync, scryptSync } from 'node:crypto'
import { readSync, openSync, closeSync, rmSync } from 'node:fs'
import { fromHex } from '../../core/bytes/index.ts'
import { type KeyOption } from './key-option.ts'
import { UsageError } from './usage-error.ts'

const stateKeyBytes = 32
/** More than any key or passphrase; no more is read. */
const maxBytes = 1024
/** Both ends of a migration derive the same key, so that nothing of one machine can salt it. */
const passphraseSalt = 'bootlatch/v1/compat/passphrase'
const shortKeyLabel = 'bootlatch/v1/compat/key'
const scryptCost = { N: 1 << 15, r: 8, p: 1, maxmem: 1 << 26 } as const

/**
 * The state key that an option gives: a key of 32 bytes is the state key itself, a shorter one and a passphrase are drawn
 * out to it. The caller clears it.
 * @throws UsageError; Error of the system.
 */
export function stateKeyFrom(option: KeyOption): Uint8Array {
  const given = readGiven(option)
  try {
    if (option.kind === 'passphrase')
      return new Uint8Array(scryptSync(given, passphraseSalt, stateKeyBytes, scryptCost))
    const key = option.kind === 'hex' ? parseHex(given, option.keyBytes) : given.slice()
    if (key.length !== option.keyBytes)
      throw new UsageError(`The key has ${key.length} bytes and must have ${option.keyBytes}.`)
    if (key.length === stateKeyBytes) return key
    return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(0), shortKeyLabel, stateKeyBytes))
  } finally {
    given.fill(0)
  }
}

function readGiven({ from, kind, removesFile }: KeyOption): Uint8Array {
  const fd = 'path' in from ? openSync(from.path, 'r') : from.fd
  const bytes = new Uint8Array(maxBytes)
  try {
    let size = 0
    for (let got = -1; got !== 0 && size < maxBytes; size += got) got = readSync(fd, bytes, size, maxBytes - size, null)
    if (size === maxBytes) throw new UsageError(`The key is longer than ${maxBytes - 1} bytes.`)
    const given = bytes.slice(0, size)
    const isLine = kind === 'passphrase' && given.at(-1) === '\n'.charCodeAt(0)
    if (given.length - (isLine ? 1 : 0) === 0) throw new UsageError('The key is empty.')
    return isLine ? given.subarray(0, -1) : given
  } finally {
    bytes.fill(0)
    closeSync(fd)
    if (removesFile && 'path' in from) rmSync(from.path, { force: true })
  }
}

function parseHex(text: Uint8Array, keyBytes: number): Uint8Array {
  const digits = new TextDecoder().decode(text).trim().replace(/^0x/i, '')
  if (!/^(?:[0-9a-f]{2})+$/i.test(digits) || digits.length !== 2 * keyBytes)
    throw new UsageError(`Could not parse key hex string into ${keyBytes} byte buffer.`)
  return fromHex(digits.toLowerCase())
}
