import { createHash, createHmac, type Hash } from 'node:crypto'
import { hashAlgorithm, hashAlgorithms, taggedDigest, type TPML_DIGEST_VALUES } from '../../../core/tpm/index.ts'
import type { SequenceObject } from '../state/sequence-object.ts'
import { isSafeBeginning } from './hash-tickets.ts'

/** What all sequences have: a slot, an authValue, and data that comes in pieces. */
abstract class Sequence implements SequenceObject {
  readonly kind = 'sequence'
  readonly handle: number
  readonly authValue: Uint8Array

  constructor(handle: number, authValue: Uint8Array) {
    this.handle = handle
    this.authValue = authValue
  }

  abstract update(data: Uint8Array): void

  /** The authValue stays: the answer to the command that ends the sequence is authorized by it. */
  abstract erase(): void

  toJSON(): string {
    return `sequence 0x${this.handle.toString(16)}`
  }
}

/** Part 3, 17.4: a digest under one hash algorithm. */
export class HashSequence extends Sequence {
  readonly hashAlg: number
  #hash: Hash
  #isSafe: boolean | undefined

  constructor(handle: number, authValue: Uint8Array, hashAlg: number) {
    super(handle, authValue)
    this.hashAlg = hashAlg
    this.#hash = createHash(hashAlgorithm(hashAlg).node)
  }

  /** Whether a restricted key may sign the digest; the first piece decides. */
  get isSafe(): boolean {
    return this.#isSafe === true
  }

  update(data: Uint8Array): void {
    this.#isSafe ??= isSafeBeginning(data)
    this.#hash.update(data)
  }

  digest(): Uint8Array {
    return new Uint8Array(this.#hash.copy().digest())
  }

  erase(): void {
    this.#hash = createHash(hashAlgorithm(this.hashAlg).node)
  }
}

/** Part 3, 17.2: an HMAC under one key. */
export class HmacSequence extends Sequence {
  readonly #node: string
  #hmac: ReturnType<typeof createHmac>

  constructor(handle: number, authValue: Uint8Array, hashAlg: number, key: Uint8Array) {
    super(handle, authValue)
    this.#node = hashAlgorithm(hashAlg).node
    this.#hmac = createHmac(this.#node, key)
  }

  update(data: Uint8Array): void {
    this.#hmac.update(data)
  }

  /** Ends the sequence: it takes no more data. */
  digest(): Uint8Array {
    return new Uint8Array(this.#hmac.digest())
  }

  erase(): void {
    this.#hmac = createHmac(this.#node, new Uint8Array(0))
  }
}

/** Part 3, 17.4, with TPM_ALG_NULL: a digest under every hash algorithm, for a PCR. */
export class EventSequence extends Sequence {
  #hashes = startAll()

  update(data: Uint8Array): void {
    for (const { hash } of this.#hashes) hash.update(data)
  }

  digests(): TPML_DIGEST_VALUES {
    return this.#hashes.map(({ hashAlg, hash }) => taggedDigest(hashAlg, new Uint8Array(hash.copy().digest())))
  }

  erase(): void {
    this.#hashes = startAll()
  }
}

function startAll(): readonly { readonly hashAlg: number; readonly hash: Hash }[] {
  return hashAlgorithms.map(({ id, node }) => ({ hashAlg: id, hash: createHash(node) }))
}
