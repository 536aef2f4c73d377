import {
  hashAlgorithm,
  hashAlgorithms,
  taggedDigest,
  type TPML_DIGEST_VALUES,
  secretDigest,
} from '../../../core/tpm/index.ts'
import { ResumableCmac } from '../encryption/resumable-cmac.ts'
import { ResumableHash } from '../hashing/resumable-hash.ts'
import type { SavedSequence, SequenceObject } from '../state/sequence-object.ts'
import { isSafeBeginning } from './hash-tickets.ts'

/** What computes over data that comes in pieces, and can be put away meanwhile. */
type Part = Pick<ResumableHash, 'algorithm' | 'save' | 'erase'>

/** What all sequences have: a slot, an authValue, and what computes over their data. */
abstract class Sequence implements SequenceObject {
  readonly kind = 'sequence'
  readonly handle: number
  readonly authValue: Uint8Array
  abstract readonly type: SavedSequence['type']
  protected readonly parts: readonly Part[]
  protected safety: SavedSequence['safety'] = 'unknown'

  constructor(handle: number, authValue: Uint8Array, parts: readonly Part[]) {
    this.handle = handle
    this.authValue = authValue
    this.parts = parts
  }

  abstract update(data: Uint8Array): void

  save(): SavedSequence {
    const { type, authValue, safety } = this
    return {
      type,
      authValue,
      safety,
      parts: this.parts.map((part) => ({ algorithm: part.algorithm, state: part.save() })),
    }
  }

  /** The authValue stays: the answer to the command that ends the sequence is authorized by it. */
  erase(): void {
    for (const part of this.parts) part.erase()
  }

  toJSON(): string {
    return `sequence 0x${this.handle.toString(16)}`
  }
}

/** Part 3, 17.4: a digest under one hash algorithm. */
export class HashSequence extends Sequence {
  readonly type = 'hash'
  readonly #hash: ResumableHash

  constructor(handle: number, authValue: Uint8Array, hash: ResumableHash, safety: SavedSequence['safety'] = 'unknown') {
    super(handle, authValue, [hash])
    this.#hash = hash
    this.safety = safety
  }

  get hashAlg(): number {
    return this.#hash.algorithm
  }
  /** Whether a restricted key may sign the digest; the first piece decides. */
  get isSafe(): boolean {
    return this.safety === 'safe'
  }

  update(data: Uint8Array): void {
    if (this.safety === 'unknown') this.safety = isSafeBeginning(data) ? 'safe' : 'unsafe'
    this.#hash.update(data)
  }

  digest(): Uint8Array {
    return this.#hash.digest()
  }
}

const innerPadding = 0x36
const outerPadding = 0x5c

/** RFC 2104: the hash of a key that is padded to a block, of its digest where it is longer. */
function keyedHash(hashAlg: number, key: Uint8Array, padding: number): ResumableHash {
  const block = new Uint8Array(hashAlgorithm(hashAlg).blockBytes)
  block.set(key.length > block.length ? secretDigest(hashAlg, key) : key)
  const keyed = new ResumableHash(hashAlg)
  keyed.update(block.map((byte) => byte ^ padding))
  block.fill(0)
  return keyed
}

/** Part 3, 17.2: an HMAC under one key. */
export class HmacSequence extends Sequence {
  readonly type = 'hmac'
  readonly #inner: ResumableHash
  readonly #outer: ResumableHash

  constructor(handle: number, authValue: Uint8Array, inner: ResumableHash, outer: ResumableHash) {
    super(handle, authValue, [inner, outer])
    this.#inner = inner
    this.#outer = outer
  }

  static start(handle: number, authValue: Uint8Array, hashAlg: number, key: Uint8Array): HmacSequence {
    const inner = keyedHash(hashAlg, key, innerPadding)
    return new HmacSequence(handle, authValue, inner, keyedHash(hashAlg, key, outerPadding))
  }

  update(data: Uint8Array): void {
    this.#inner.update(data)
  }

  /** Ends the sequence: it takes no more data. */
  digest(): Uint8Array {
    this.#outer.update(this.#inner.digest())
    return this.#outer.digest()
  }
}

/** Part 3, 17.3: a MAC by a block cipher under one key. */
export class CmacSequence extends Sequence {
  readonly type = 'cmac'
  readonly #cmac: ResumableCmac

  constructor(handle: number, authValue: Uint8Array, cmac: ResumableCmac) {
    super(handle, authValue, [cmac])
    this.#cmac = cmac
  }

  update(data: Uint8Array): void {
    this.#cmac.update(data)
  }

  digest(): Uint8Array {
    return this.#cmac.digest()
  }
}

/** Part 3, 17.4, with TPM_ALG_NULL: a digest under every hash algorithm, for a PCR. */
export class EventSequence extends Sequence {
  readonly type = 'event'
  readonly #hashes: readonly ResumableHash[]

  constructor(handle: number, authValue: Uint8Array, hashes: readonly ResumableHash[] = startAll()) {
    super(handle, authValue, hashes)
    this.#hashes = hashes
  }

  update(data: Uint8Array): void {
    for (const hash of this.#hashes) hash.update(data)
  }

  digests(): TPML_DIGEST_VALUES {
    return this.#hashes.map((hash) => taggedDigest(hash.algorithm, hash.digest()))
  }
}

const startAll = (): readonly ResumableHash[] => hashAlgorithms.map(({ id }) => new ResumableHash(id))

/** The sequence that was saved, in another slot. */
export function restoredSequence(
  handle: number,
  saved: SavedSequence,
): HashSequence | HmacSequence | EventSequence | CmacSequence {
  const { authValue, safety, parts } = saved
  const [part] = parts
  if (saved.type === 'cmac' && part !== undefined)
    return new CmacSequence(handle, authValue, ResumableCmac.restored(part.algorithm, part.state))
  const hashes = parts.map(({ algorithm, state }) => ResumableHash.restored(algorithm, state))
  const [first, second] = hashes
  if (saved.type === 'hash' && first !== undefined) return new HashSequence(handle, authValue, first, safety)
  if (saved.type === 'hmac' && first !== undefined && second !== undefined)
    return new HmacSequence(handle, authValue, first, second)
  return new EventSequence(handle, authValue, hashes)
}
