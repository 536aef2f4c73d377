import { PolicyError, type DocumentKind } from '../../core/policy/index.ts'
import type { Row, Tx } from '../store/index.ts'
import { documentTables, documentVersion, newestVersions } from './versions.ts'

/** A document in force that this version of the program cannot read, though the one that put it in force could. */
export interface Unreadable {
  readonly kind: DocumentKind
  readonly name: string
  readonly version: number
  /** File, line, column, and what is wrong there. */
  readonly why: string
}

/** Versions of documents, by name. */
export type VersionsByName = ReadonlyMap<string, number>

/** How the documents of a kind are read. */
interface Reading<Document> {
  readonly compile: (row: Row<'policies'>) => Document
  /** Whether a document is still what its text would be read as; always, if not said. */
  readonly isUpToDate?: (document: Document) => boolean
  /** Whether it is worth trying again to read what could not be read before. */
  readonly tryAgain?: boolean
  /** What stands in the place of a document that cannot be read; nothing, if not said. */
  readonly standIn?: (row: Row<'policies'>) => Document | undefined
}

interface Known<Document> {
  readonly version: number
  readonly document: Document | undefined
  readonly why: string | undefined
}

/** The newest version of each document of a kind; what has not changed is not read again. */
export class Compiled<Document> {
  readonly #kind: DocumentKind
  readonly #known = new Map<string, Known<Document>>()
  #list: readonly Document[] = []

  constructor(kind: DocumentKind) {
    this.#kind = kind
  }

  get versions(): VersionsByName {
    return new Map([...this.#known].map(([name, { version }]) => [name, version]))
  }

  get unreadable(): readonly Unreadable[] {
    return [...this.#known].flatMap(([name, { version, why }]) =>
      why === undefined ? [] : [{ kind: this.#kind, name, version, why }],
    )
  }

  /** The same list as before, where nothing in it changed. One that cannot be read takes no other one along. */
  async newest(tx: Tx, reading: Reading<Document>): Promise<readonly Document[]> {
    const table = documentTables[this.#kind]
    let isSame = true
    for (const { name, version } of await newestVersions(tx, table)) {
      const known = this.#known.get(name)
      if (known?.version === version && isUpToDate(known, reading)) continue
      const row = await documentVersion(tx, table, name, version)
      if (row === undefined) throw new TypeError(`no version ${version} of ${name}`)
      this.#known.set(name, { version, ...read(row, reading) })
      isSame = false
    }
    if (!isSame) this.#list = [...this.#known.values()].flatMap(({ document }) => document ?? [])
    return this.#list
  }
}

function isUpToDate<Document>(
  { document, why }: Known<Document>,
  { isUpToDate: isStill = () => true, tryAgain = false }: Reading<Document>,
): boolean {
  return why === undefined ? document === undefined || isStill(document) : !tryAgain
}

function read<Document>(
  row: Row<'policies'>,
  { compile, standIn }: Reading<Document>,
): Pick<Known<Document>, 'document' | 'why'> {
  try {
    return { document: compile(row), why: undefined }
  } catch (error) {
    if (error instanceof PolicyError) return { document: standIn?.(row), why: error.message }
    throw error
  }
}
