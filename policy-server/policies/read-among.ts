import {
  Collection,
  parseGroup,
  parseGroupAmong,
  parsePolicy,
  parsePolicyAmong,
  PolicyError,
  type CompiledPolicy,
  type Group,
  type ReferenceValues,
} from '../../core/policy/index.ts'
import { RpcError } from '../../core/rpc/index.ts'
import type { Row, Tx } from '../store/index.ts'
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
export const checkedGroup = ({ collection }: Documents, { document, source }: PolicyDocument): Group =>
  checked(() => parseGroupAmong(document, source, collection))

/**
 * The documents with other reference values: what refers to these is read again.
 * @throws RpcError `policy/invalid` where one would come to refer to something that is not there.
 */
export async function withValues(tx: Tx, now: Documents, values: ReferenceValues): Promise<Documents> {
  const { collection, versions } = now
  const library = new Map([...collection.library, [values.name, values]])
  const isTouched = ({ references }: { readonly references: readonly string[] }) => references.includes(values.name)
  const again = async <Document>(
    kind: 'BootPolicy' | 'Group',
    document: Document & { readonly name: string; readonly references: readonly string[] },
    version: number | undefined,
    parse: (row: Row<'policies'>, source: string) => Document,
  ): Promise<Document> => {
    if (!isTouched(document)) return document
    const row = await documentVersion(tx, documentTables[kind], document.name, version ?? 0)
    if (row === undefined) throw new TypeError(`no version ${version ?? 0} of ${document.name}`)
    return checked(() => parse(row, `${document.name}, which is in force (${row.source})`))
  }
  const policies: CompiledPolicy[] = []
  for (const policy of collection.policies.values())
    policies.push(
      await again('BootPolicy', policy, versions.policies.get(policy.name), (row, source) =>
        parsePolicy(row.document, source, library),
      ),
    )
  const groups: Group[] = []
  for (const group of collection.groups.values())
    groups.push(
      await again('Group', group, versions.groups.get(group.name), (row, source) =>
        parseGroup(row.document, source, library),
      ),
    )
  return {
    collection: new Collection(library, policies, groups),
    versions: { ...versions, references: raised(versions.references, values.name) },
  }
}

/** Versions after the next one of a document. */
export function raised(versions: ReadonlyMap<string, number>, name: string): ReadonlyMap<string, number> {
  return new Map([...versions, [name, (versions.get(name) ?? 0) + 1]])
}
