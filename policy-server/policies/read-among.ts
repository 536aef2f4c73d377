import {
  Collection,
  parseGroup,
  parseGroupAmong,
  parsePolicy,
  parsePolicyAmong,
  PolicyError,
  type CompiledPolicy,
  type DocumentKind,
  type Group,
  type ReferenceValues,
} from '../../core/policy/index.ts'
import { RpcError } from '../../core/rpc/index.ts'
import type { Row, Tx } from '../store/index.ts'
import type { Unreadable } from './compiled.ts'
import type { Documents } from './in-force.ts'
import { documentTables, documentVersion } from './versions.ts'

/** A document as somebody wrote it. */
export interface PolicyDocument {
  readonly document: string
  /** File name, for messages. */
  readonly source: string
}

/** What a reader refuses becomes an answer. */
export function checked<Parsed>(parse: () => Parsed): Parsed {
  try {
    return parse()
  } catch (error) {
    if (error instanceof PolicyError) throw new RpcError('policy/invalid', error.message, { cause: error })
    throw error
  }
}

/**
 * Reads a policy as it would be applied.
 * @throws RpcError `policy/invalid`.
 */
export const checkedPolicy = ({ collection }: Documents, { document, source }: PolicyDocument): CompiledPolicy =>
  checked(() => parsePolicyAmong(document, source, collection))

/**
 * Reads a group as it would be applied.
 * @throws RpcError `policy/invalid`.
 */
export const checkedGroup = (
  { collection }: Documents,
  { document, source }: PolicyDocument,
  engineers?: number,
): Group => checked(() => parseGroupAmong(document, source, collection, engineers))

/**
 * The documents with other reference values: what refers to these is read again, and so is what could not be read without them.
 * @throws RpcError `policy/invalid` where one would come to refer to something that is not there.
 */
export async function withValues(tx: Tx, now: Documents, values: ReferenceValues): Promise<Documents> {
  const { collection, versions } = now
  const library = new Map([...collection.library, [values.name, values]])
  const policies = new Map(collection.policies)
  const groups = new Map(collection.groups)
  const rowOf = async (kind: DocumentKind, name: string): Promise<Row<'policies'>> => {
    const version = (kind === 'Group' ? versions.groups : versions.policies).get(name) ?? 0
    const row = await documentVersion(tx, documentTables[kind], name, version)
    if (row === undefined) throw new TypeError(`no version ${version} of ${name}`)
    return row
  }
  const readAgain = (kind: DocumentKind, { name, document, source }: Row<'policies'>): void => {
    const place = `${name}, which is in force (${source})`
    if (kind === 'Group') groups.set(name, parseGroup(document, place, library))
    else policies.set(name, parsePolicy(document, place, library))
  }
  const isTouched = ({ references }: { readonly references: readonly string[] }) => references.includes(values.name)
  const touched = [...collection.policies.values(), ...collection.groups.values()].filter(isTouched)
  for (const { kind, name } of touched) {
    const row = await rowOf(kind, name)
    checked(() => {
      readAgain(kind, row)
    })
  }

  const unreadable: Unreadable[] = []
  for (const one of now.unreadable) {
    const isRead =
      one.kind === 'ReferenceValues'
        ? one.name === values.name
        : canRead(readAgain, one.kind, await rowOf(one.kind, one.name))
    if (!isRead) unreadable.push(one)
  }
  return {
    collection: new Collection(library, [...policies.values()], [...groups.values()]),
    versions: { ...versions, references: raised(versions.references, values.name) },
    unreadable,
  }
}

function canRead<Given extends readonly unknown[]>(read: (...given: Given) => void, ...given: Given): boolean {
  try {
    read(...given)
    return true
  } catch (error) {
    if (error instanceof PolicyError) return false
    throw error
  }
}

/** Versions after the next one of a document. */
export function raised(versions: ReadonlyMap<string, number>, name: string): ReadonlyMap<string, number> {
  return new Map([...versions, [name, (versions.get(name) ?? 0) + 1]])
}
