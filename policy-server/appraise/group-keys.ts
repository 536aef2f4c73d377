import type { GroupKey, KeyVault } from '../keys/index.ts'
import type { Store, Tx } from '../store/index.ts'

export const defaultGroup = 'default'

/** The opened keys of the groups, and the one place where groups are made. */
export class GroupKeys {
  readonly #store: Store
  readonly #vault: KeyVault
  readonly #opened = new Map<string, Promise<GroupKey>>()

  constructor(store: Store, vault: KeyVault) {
    this.#store = store
    this.#vault = vault
  }

  /** Makes the group, with a key of its own, where there is none of this name. */
  async ensure(name: string, createdUnixMs: number): Promise<void> {
    if (await this.#store.transact(async (tx) => (await find(tx, name)) !== undefined)) return
    const { version: keyVersion, wrapped: wrappedKey } = await this.#vault.createGroupKey(name)
    await this.#store.transact((tx) =>
      tx
        .insertInto('groups')
        .values({ name, createdUnixMs, keyVersion, wrappedKey })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute(),
    )
  }

  /** Opens a group's key; called before a transaction, never in one. */
  open(name: string): Promise<GroupKey> {
    const opened = this.#opened.get(name) ?? this.#openAnew(name)
    this.#opened.set(name, opened)
    // A failure is not remembered: the next caller tries again.
    opened.catch(() => this.#opened.delete(name))
    return opened
  }

  async #openAnew(name: string): Promise<GroupKey> {
    const row = await this.#store.transact((tx) => find(tx, name))
    if (row === undefined) throw new TypeError(`no group ${name}`)
    return this.#vault.openGroupKey({ group: row.name, version: row.keyVersion, wrapped: row.wrappedKey })
  }
}

function find(tx: Tx, name: string) {
  return tx.selectFrom('groups').selectAll().where('name', '=', name).executeTakeFirst()
}
