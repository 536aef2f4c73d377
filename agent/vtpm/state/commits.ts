import { bigIntToBytes, bytesToBigInt, Writer } from '../../../core/bytes/index.ts'
import {
  ALG,
  type Curve,
  drawScalar,
  fixed,
  type Infer,
  kdfa,
  type Random,
  struct,
  u64,
} from '../../../core/tpm/index.ts'

/** How many commitments may be open at once; an older one is lost. */
const window = 128n
const nonceBytes = 64

/**
 * The random scalars that this TPM committed to and has not used yet (Part 1, C.2.3): each follows from a nonce and a
 * counter, of which a client sees the lower 16 bits. A scalar used twice would give the private key away.
 */
export interface Commits {
  readonly nonce: Uint8Array
  readonly counter: bigint
  /** One bit for each of the last commitments: whether it is open. */
  readonly open: bigint
}

/** None, as after a TPM Reset. */
export const noCommits = (random: Random): Commits => ({ nonce: random(nonceBytes), counter: 0n, open: 0n })

const bit = (counter: bigint): bigint => 1n << (counter % window)

/** The scalar of a commitment on a curve, and for one key if it is named. */
export function committedScalar(row: Curve, { nonce }: Commits, counter: bigint, name: Uint8Array): Uint8Array {
  const counted = new Writer().u64(counter).done()
  const stream: Random = (size) => kdfa(ALG.sha512, nonce, 'ECDAA Commit', name, counted, 8 * size)
  return drawScalar(row, stream)
}

/** Opens the commitment of the present counter. */
export function commit(commits: Commits): { readonly counter: number; readonly commits: Commits } {
  const { counter, open } = commits
  return {
    counter: Number(counter & 0xffffn),
    commits: { ...commits, counter: counter + 1n, open: open | bit(counter) },
  }
}

/** The whole counter of an open commitment of which a client says the lower bits. */
export function openCommit({ counter, open }: Commits, said: number): bigint | undefined {
  const behind = (counter - 1n - BigInt(said)) & 0xffffn
  const whole = counter - 1n - behind
  return behind < window && whole >= 0n && (open & bit(whole)) !== 0n ? whole : undefined
}

/** Closes a commitment that was used. */
export const closeCommit = (commits: Commits, counter: bigint): Commits => ({
  ...commits,
  open: commits.open & ~bit(counter),
})

/** As Shutdown(STATE) keeps them. */
export const SavedCommits = struct('commits', {
  nonce: fixed('nonce', nonceBytes),
  counter: u64,
  open: fixed('open', Number(window) / 8),
})
export const savedCommits = ({ nonce, counter, open }: Commits): Infer<typeof SavedCommits> => ({
  nonce: nonce.slice(),
  counter,
  open: bigIntToBytes(open, Number(window) / 8),
})
export const restoredCommits = ({ nonce, counter, open }: Infer<typeof SavedCommits>): Commits => ({
  nonce: nonce.slice(),
  counter,
  open: bytesToBigInt(open),
})
