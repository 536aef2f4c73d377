import { randomFillSync } from 'node:crypto'
import type { Random } from '../../core/tpm/index.ts'

/** The system's generator, asked when bytes are needed: for keys, seeds, proofs, scalars and primes. */
export const systemRandom: Random = (size) => randomFillSync(new Uint8Array(size))

/**
 * A source of random bytes that wait in memory before they are asked for, and come twice where a process is resumed twice:
 * nonces, initialization vectors, what GetRandom answers. It is no `Random`: what makes secrets does not take it.
 */
export interface NonceSource {
  draw(size: number): Uint8Array
}

const poolBytes = 4096
/** The longest nonce. */
const maxPooledBytes = 64

const pool = new Uint8Array(poolBytes)
let used = poolBytes

/** Nonces of the system's generator, which costs as much for 4096 bytes as for 32. What was handed out is cleared here. */
export const pooledNonces: NonceSource = {
  draw(size) {
    if (size > maxPooledBytes) return systemRandom(size)
    if (used + size > poolBytes) {
      randomFillSync(pool)
      used = 0
    }
    const drawn = pool.slice(used, used + size)
    pool.fill(0, used, used + size)
    used += size
    return drawn
  },
}
