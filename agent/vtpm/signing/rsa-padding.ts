import { concat, equalInConstantTime, fromHex } from '../../../core/bytes/index.ts'
import { ALG, digest as hashOf, digestSize, type Random } from '../../../core/tpm/index.ts'

/** DER of DigestInfo in front of the digest (RFC 8017, 9.2, note 1). */
const digestInfoPrefixes: ReadonlyMap<number, Uint8Array> = new Map([
  [ALG.sha1, fromHex('3021300906052b0e03021a05000414')],
  [ALG.sha256, fromHex('3031300d060960864801650304020105000420')],
  [ALG.sha384, fromHex('3041300d060960864801650304020205000430')],
  [ALG.sha512, fromHex('3051300d060960864801650304020305000440')],
])

/** DigestInfo of RFC 8017, 9.2. */
export function digestInfo(hashAlg: number, digest: Uint8Array): Uint8Array {
  const prefix = digestInfoPrefixes.get(hashAlg)
  if (prefix === undefined) throw new TypeError(`0x${hashAlg.toString(16)} has no DigestInfo`)
  return concat(prefix, digest)
}

const trailer = 0xbc
const eightZeros = new Uint8Array(8)

/** EMSA-PSS-ENCODE of RFC 8017, 9.1.1, with a salt as long as the digest, or as fits (Part 1, B.7). */
export function encodePss(hashAlg: number, digest: Uint8Array, modulusBits: number, random: Random): Uint8Array {
  const emBits = modulusBits - 1
  const emBytes = Math.ceil(emBits / 8)
  const dbBytes = emBytes - digest.length - 1
  const salt = random(Math.min(digest.length, dbBytes - 1))
  const h = hashOf(hashAlg, eightZeros, digest, salt)
  const db = new Uint8Array(dbBytes)
  db[dbBytes - salt.length - 1] = 1
  db.set(salt, dbBytes - salt.length)
  const masked = xor(db, mgf1(hashAlg, h, dbBytes))
  clearSurplus(masked, 8 * emBytes - emBits)
  return concat(masked, h, Uint8Array.of(trailer))
}

/** EMSA-PSS-VERIFY of RFC 8017, 9.1.2, with a salt of any length. */
export function isPssOf(hashAlg: number, digest: Uint8Array, modulusBits: number, encoded: Uint8Array): boolean {
  const emBits = modulusBits - 1
  const emBytes = Math.ceil(emBits / 8)
  const hashBytes = digestSize(hashAlg)
  const dbBytes = emBytes - hashBytes - 1
  if (encoded.length !== emBytes || dbBytes < 1 || encoded[emBytes - 1] !== trailer) return false
  const masked = encoded.subarray(0, dbBytes)
  const surplusBits = 8 * emBytes - emBits
  if ((masked[0] ?? 0) >> (8 - surplusBits) !== 0) return false
  const h = encoded.subarray(dbBytes, dbBytes + hashBytes)
  const db = xor(masked, mgf1(hashAlg, h, dbBytes))
  clearSurplus(db, surplusBits)
  const one = db.findIndex((byte) => byte !== 0)
  if (one < 0 || db[one] !== 1) return false
  return equalInConstantTime(hashOf(hashAlg, eightZeros, digest, db.subarray(one + 1)), h)
}

/** MGF1 of RFC 8017, B.2.1. */
function mgf1(hashAlg: number, seed: Uint8Array, size: number): Uint8Array {
  const blocks: Uint8Array[] = []
  for (let counter = 0; counter * digestSize(hashAlg) < size; counter += 1)
    blocks.push(hashOf(hashAlg, seed, Uint8Array.of(counter >>> 24, counter >>> 16, counter >>> 8, counter)))
  return concat(...blocks).subarray(0, size)
}

function xor(left: Uint8Array, right: Uint8Array): Uint8Array {
  return left.map((byte, i) => byte ^ (right[i] ?? 0))
}

/** The bits in front of the first one that the encoded message has. */
function clearSurplus(bytes: Uint8Array, bits: number): void {
  bytes[0] = (bytes[0] ?? 0) & (0xff >> bits)
}
