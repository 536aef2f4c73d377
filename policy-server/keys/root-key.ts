import type { KeyContext } from './key-context.ts'
import type { SecretBytes } from './secret-bytes.ts'
import { unwrapUnder, wrapUnder, type Random } from './wrapping.ts'

/** What protects a root key, said to the operator. */
export interface RootKeyProtection {
  readonly provider: string
  /** What it does not protect against. */
  readonly warnings: readonly string[]
}

/** A provider of the root key: asynchronous, because a hardware module answers later. */
export interface RootKey {
  readonly protection: RootKeyProtection
  wrap(context: KeyContext, plaintext: Uint8Array): Promise<Uint8Array>
  /** @throws KeyError `keys/unwrap-failed`. */
  unwrap(context: KeyContext, wrapped: Uint8Array): Promise<Uint8Array>
  close(): void
}

/** A root key in this process's memory. */
export function rootKeyInMemory(key: SecretBytes, protection: RootKeyProtection, random: Random): RootKey {
  return {
    protection,
    wrap: (context, plaintext) => Promise.resolve(wrapUnder(key, context, plaintext, random)),
    unwrap: (context, wrapped) =>
      new Promise((resolve) => {
        resolve(unwrapUnder(key, context, wrapped))
      }),
    close: () => {
      key.forget()
    },
  }
}
