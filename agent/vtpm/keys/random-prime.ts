import { generatePrime } from 'node:crypto'
import { promisify } from 'node:util'

const generate: (bits: number) => Promise<ArrayBuffer> = promisify(generatePrime)

/** A random prime of this size out of OpenSSL, made on Node's thread pool; its two highest bits are set. */
export const randomPrime = async (bits: number): Promise<Uint8Array> => new Uint8Array(await generate(bits))
