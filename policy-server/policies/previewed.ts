import { createHash } from 'node:crypto'
import { toHex } from '../../core/bytes/index.ts'
import { RpcError } from '../../core/rpc/index.ts'
import { documentDigest } from '../../core/signing/index.ts'
import type { Tx } from '../store/index.ts'
import { documentTables, newestVersions } from './versions.ts'

const label = 'pv1'
/** Enough to tell a change: whoever wants to apply without a preview can leave the token out. */
const digestBytes = 16
const machinesPerPage = 512

/** What a preview is computed on, each part by its digest. */
interface Basis {
  readonly document: string
  readonly policies: string
  readonly groups: string
  readonly references: string
  readonly announcements: string
  readonly machines: string
}

const inWords: Readonly<Record<keyof Basis, string>> = {
  document: 'the document is another one',
  policies: 'a policy has another version',
  groups: 'a group has another version',
  references: 'reference values have another version',
  announcements: 'an announcement is posted, changed or withdrawn',
  machines: 'machines were added, removed or moved to another group',
}
const parts = Object.keys(inWords) as readonly (keyof Basis)[]

/** A text that names all a preview of a document is computed on. */
export async function previewedToken(tx: Tx, document: string): Promise<string> {
  const basis = await basisOf(tx, document)
  return [label, ...parts.map((part) => basis[part])].join('.')
}

/**
 * What somebody has seen previewed has to be what is applied, on what it was previewed on.
 * @throws RpcError `policy/changed` naming what is another; `request/malformed` for a text that no preview has given.
 */
export async function refuseUnlessPreviewed(tx: Tx, document: string, token: string): Promise<void> {
  const [form, ...digests] = token.split('.')
  if (form !== label || digests.length !== parts.length)
    throw new RpcError('request/malformed', 'previewed: is nothing that a preview has given')
  const basis = await basisOf(tx, document)
  const changed = parts.filter((part, at) => basis[part] !== digests[at])
  if (changed.length > 0)
    throw new RpcError(
      'policy/changed',
      `Since the preview: ${changed.map((part) => inWords[part]).join('; ')}. Preview it again.`,
    )
}

async function basisOf(tx: Tx, document: string): Promise<Basis> {
  const versions = async (table: (typeof documentTables)[keyof typeof documentTables]) =>
    digestOf(...(await newestVersions(tx, table)).map(({ name, version }) => `${name} ${version}`))
  const withdrawn = await tx.selectFrom('withdrawnAnnouncements').select(['name', 'version']).orderBy('name').execute()
  const taken = withdrawn.map(({ name, version }) => `${name} ${version}`)
  return {
    document: shortened(documentDigest(document)),
    policies: await versions(documentTables.BootPolicy),
    groups: await versions(documentTables.Group),
    references: await versions(documentTables.ReferenceValues),
    announcements: digestOf(await versions(documentTables.Announcement), ...taken.sort()),
    machines: await machinesDigest(tx),
  }
}

/** Of which machines there are, where they belong, and what they are worth; a page at a time, whatever the fleet. */
async function machinesDigest(tx: Tx): Promise<string> {
  const hash = createHash('sha256')
  let after = new Uint8Array(0)
  for (;;) {
    const machines = await tx
      .selectFrom('machines')
      .select(['id', 'name', 'groupName', 'tier'])
      .where('state', '<>', 'removed')
      .where('id', '>', after)
      .orderBy('id')
      .limit(machinesPerPage)
      .execute()
    for (const { id, name, groupName, tier } of machines) hash.update(`${toHex(id)} ${name} ${groupName} ${tier}\n`)
    const last = machines.at(-1)
    if (last === undefined) return shortened(hash.digest())
    after = new Uint8Array(last.id)
  }
}

const digestOf = (...lines: readonly string[]): string =>
  shortened(createHash('sha256').update(lines.join('\n')).digest())

const shortened = (digest: Uint8Array): string => Buffer.from(digest.subarray(0, digestBytes)).toString('base64url')
