import { GroupKey } from './group-key.ts'
import type { KeyContext } from './key-context.ts'
import type { RootKey } from './root-key.ts'
import { SecretBytes } from './secret-bytes.ts'
import type { Random } from './wrapping.ts'

const groupKeySize = 32

/** A group's key as the store keeps it. */
export interface WrappedGroupKey {
  readonly group: string
  readonly version: number
  readonly wrapped: Uint8Array
}

/** The key hierarchy: root key, group keys under it, state and volume keys under those. */
export class KeyVault {
  readonly #root: RootKey
  readonly #random: Random
  readonly #opened = new Set<GroupKey>()

  constructor(root: RootKey, random: Random) {
    this.#root = root
    this.#random = random
  }

  /** What protects the root key, and what that is worth, for the operator. */
  get protection(): RootKey['protection'] {
    return this.#root.protection
  }

  /** Wraps something of the server itself, of no group, directly under the root key. */
  wrap(context: KeyContext, plaintext: Uint8Array): Promise<Uint8Array> {
    return this.#root.wrap(context, plaintext)
  }

  /** @throws KeyError `keys/unwrap-failed`. */
  unwrap(context: KeyContext, wrapped: Uint8Array): Promise<Uint8Array> {
    return this.#root.unwrap(context, wrapped)
  }

  /** A new random key for a group, wrapped under the root key. */
  async createGroupKey(group: string, version = 1): Promise<WrappedGroupKey> {
    const key = new SecretBytes(this.#random(groupKeySize))
    const wrapped = await this.#root.wrap({ purpose: 'group-key', group, version }, key.reveal())
    key.forget()
    return { group, version, wrapped }
  }

  /** @throws KeyError `keys/unwrap-failed`. */
  async openGroupKey({ group, version, wrapped }: WrappedGroupKey): Promise<GroupKey> {
    const key = await this.#root.unwrap({ purpose: 'group-key', group, version }, wrapped)
    const opened = new GroupKey(group, version, new SecretBytes(key), this.#random)
    this.#opened.add(opened)
    return opened
  }

  /** Forgets the root key and every group key it opened. */
  close(): void {
    for (const opened of this.#opened) opened.forget()
    this.#opened.clear()
    this.#root.close()
  }
}
