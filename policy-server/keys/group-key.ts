import type { KeyContext } from './key-context.ts'
import type { SecretBytes } from './secret-bytes.ts'
import { unwrapUnder, wrapUnder, type Random } from './wrapping.ts'

/** What a key of a group is wrapped in: the group itself is filled in by its key. */
export type GroupContext = Omit<KeyContext, 'group'>

/** The opened key of one group; state keys and volume keys are wrapped under it. */
export class GroupKey {
  readonly group: string
  readonly version: number
  readonly #key: SecretBytes
  readonly #random: Random

  constructor(group: string, version: number, key: SecretBytes, random: Random) {
    this.group = group
    this.version = version
    this.#key = key
    this.#random = random
  }

  wrap(context: GroupContext, plaintext: Uint8Array): Uint8Array {
    return wrapUnder(this.#key, { ...context, group: this.group }, plaintext, this.#random)
  }

  /** @throws KeyError `keys/unwrap-failed`. */
  unwrap(context: GroupContext, wrapped: Uint8Array): Uint8Array {
    return unwrapUnder(this.#key, { ...context, group: this.group }, wrapped)
  }

  /** Overwrites the key; nothing opens with this object afterwards. */
  forget(): void {
    this.#key.forget()
  }
}
