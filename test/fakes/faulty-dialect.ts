import { type DatabaseConnection, type Dialect, type Driver } from 'kysely'
import { sqlite } from '../../policy-server/store/sqlite.ts'

/** `refused`: nothing was written. `persisted`: it was written, and the answer got lost. */
export type CommitFault = 'refused' | 'persisted'

/** The embedded engine with a disk that fails at a commit. */
export class FaultyDialect implements Dialect {
  readonly #inner: Dialect
  readonly #state: { fault: CommitFault | undefined; after: number; commits: number } = {
    fault: undefined,
    after: 0,
    commits: 0,
  }

  constructor(path: string) {
    this.#inner = sqlite(path)
  }

  /** How many transactions were committed so far. */
  get commits(): number {
    return this.#state.commits
  }

  /** Lets `after` commits pass and breaks the next. */
  failNextCommit(fault: CommitFault, after = 0): void {
    this.#state.fault = fault
    this.#state.after = after
  }

  /** Breaks nothing any more. */
  heal(): void {
    this.#state.fault = undefined
  }

  createDriver(): Driver {
    const driver = this.#inner.createDriver()
    const state = this.#state
    let ended = false
    return {
      init: () => driver.init(),
      acquireConnection: () => driver.acquireConnection(),
      releaseConnection: (connection) => driver.releaseConnection(connection),
      destroy: () => driver.destroy(),
      beginTransaction: async (connection, settings) => {
        ended = false
        await driver.beginTransaction(connection, settings)
      },
      commitTransaction: async (connection: DatabaseConnection) => {
        if (state.fault === undefined || state.after-- > 0) {
          state.commits++
          await driver.commitTransaction(connection)
          return
        }
        const fault = state.fault
        state.fault = undefined
        if (fault === 'persisted') {
          await driver.commitTransaction(connection)
          ended = true
        }
        throw new Error(`injected: commit ${fault}`)
      },
      rollbackTransaction: async (connection) => {
        if (!ended) await driver.rollbackTransaction(connection)
      },
    }
  }

  createQueryCompiler: Dialect['createQueryCompiler'] = () => this.#inner.createQueryCompiler()
  createAdapter: Dialect['createAdapter'] = () => this.#inner.createAdapter()
  createIntrospector: Dialect['createIntrospector'] = (db) => this.#inner.createIntrospector(db)
}
