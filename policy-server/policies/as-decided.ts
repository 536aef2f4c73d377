import {
  Collection,
  parseGroup,
  parsePolicy,
  parseReferenceValues,
  PolicyError,
  type DocumentKind,
  type Subject,
} from '../../core/policy/index.ts'
import type { Row, Tx } from '../store/index.ts'
import type { Unreadable } from './compiled.ts'
import { inForceOf, type InForce } from './in-force.ts'
import { documentTables, documentVersion } from './versions.ts'

/** The documents that a decision names, with their versions. */
type Named = Pick<Row<'decisions'>, 'policy' | 'policyVersion' | 'groupVersions' | 'referenceVersions'>

/** What judged a machine when a decision was taken, whatever is in force by now. */
export async function inForceThen(tx: Tx, machine: Subject, decided: Named): Promise<InForce> {
  const unreadable: Unreadable[] = []
  const read = async <Document>(
    kind: DocumentKind,
    versions: ReadonlyMap<string, number>,
    parse: (row: Row<'policies'>) => Document,
  ): Promise<readonly Document[]> => {
    const documents: Document[] = []
    for (const [name, version] of versions) {
      const row = await documentVersion(tx, documentTables[kind], name, version)
      if (row === undefined) throw new TypeError(`no version ${version} of ${name}`)
      try {
        documents.push(parse(row))
      } catch (error) {
        if (!(error instanceof PolicyError)) throw error
        unreadable.push({ kind, name, version, why: error.message })
      }
    }
    return documents
  }
  const versions = {
    policies: new Map(decided.policy === null ? [] : [[decided.policy, decided.policyVersion ?? 0]]),
    groups: versionsIn(decided.groupVersions),
    references: versionsIn(decided.referenceVersions),
  }
  const references = await read('ReferenceValues', versions.references, ({ document, source }) =>
    parseReferenceValues(document, source),
  )
  const library = new Map(references.map((values) => [values.name, values]))
  const policies = await read('BootPolicy', versions.policies, ({ document, source }) =>
    parsePolicy(document, source, library),
  )
  const groups = await read('Group', versions.groups, ({ document, source }) => parseGroup(document, source, library))
  const inForce = inForceOf(
    { collection: new Collection(library, policies, groups), versions, unreadable: [] },
    machine,
  )
  const { groupVersions, referenceVersions } = inForce
  return unreadable.length === 0 ? inForce : { kind: 'unreadable', unreadable, groupVersions, referenceVersions }
}

const versionsIn = (json: string): ReadonlyMap<string, number> =>
  new Map(Object.entries(JSON.parse(json) as Record<string, number>))
