import { randomFillSync } from 'node:crypto'

const poolBytes = 4096
/**
 * Longer draws do not wait in memory before they are asked for, nor come twice where a process is resumed twice: the private
 * scalars of curves and the nonces of their signatures, the primes of RSA, the seeds and proofs of hierarchies.
 */
const maxPooledBytes = 32

const pool = new Uint8Array(poolBytes)
let used = poolBytes

/**
 * Random bytes of the system's generator, which costs as much for 4096 bytes as for 32: nonces and what GetRandom answers
 * are drawn ahead. What was handed out is cleared here.
 */
export function pooledRandom(size: number): Uint8Array {
  if (size > maxPooledBytes) return randomFillSync(new Uint8Array(size))
  if (used + size > poolBytes) {
    randomFillSync(pool)
    used = 0
  }
  const drawn = pool.slice(used, used + size)
  pool.fill(0, used, used + size)
  used += size
  return drawn
}
