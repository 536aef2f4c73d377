import { stringify } from 'yaml'
import type { Bank, Digests, PlacedDigest, PlacedFile, PlacedText } from './announced.ts'
import { digestsOf, fingerprintOf, textOf } from './announced-files.ts'
import { Failure } from './failure.ts'

/** What the options of `policy announce` say of its document. */
export interface AnnouncementOptions {
  readonly machine?: readonly string[]
  readonly group?: readonly string[]
  readonly component?: readonly PlacedDigest[]
  readonly componentFile?: readonly PlacedFile[]
  readonly componentReference?: readonly PlacedText[]
  readonly bank?: readonly Bank[]
  readonly pcr?: readonly PlacedDigest[]
  readonly pcrReference?: readonly PlacedText[]
  readonly referenceVersion?: readonly string[]
  readonly text?: readonly PlacedText[]
  readonly textFile?: readonly PlacedFile[]
  readonly certificate?: readonly string[]
  readonly authority?: readonly Digests[]
  readonly authorityReference?: readonly string[]
  readonly label: string
  readonly boots?: number
  readonly for: number
  readonly endOldValues?: true
}

/**
 * The document (YAML) that says what the options do.
 * @throws Failure usage/incomplete where it would be for nobody or announce nothing; file/unreadable, values/malformed
 */
export async function announcementText(name: string, options: AnnouncementOptions, nowMs: number): Promise<string> {
  const announced = {
    components: valuesOf(options.label, [...(options.component ?? []), ...(await fileDigests(options))]),
    pcrs: valuesOf(options.label, options.pcr ?? []),
    reference: filled({ components: byPlace(options.componentReference), pcrs: byPlace(options.pcrReference) }),
    texts: byPlace([...(options.text ?? []), ...(await fileTexts(options))]),
    authorities: await authorities(options),
  }
  if (options.machine === undefined && options.group === undefined) throw incomplete('for whom: --machine or --group')
  if (options.referenceVersion !== undefined && announced.reference === undefined)
    throw incomplete('of which sets these versions are: --component-reference or --pcr-reference')
  if (filled(announced) === undefined) throw incomplete('what will be measured: --component-file, --pcr, --text, ...')
  const document = {
    kind: 'Announcement',
    name,
    machines: options.machine,
    groups: options.group,
    boots: options.boots,
    until: new Date(nowMs + 1000 * options.for).toISOString().replace(/\.[0-9]+Z$/, 'Z'),
    oldValues: options.endOldValues === true ? 'refuseOnceBooted' : undefined,
    ...announced,
    reference: filled({ ...announced.reference, versions: options.referenceVersion }),
  }
  return stringify(document, { lineWidth: 0 })
}

const incomplete = (what: string): Failure =>
  new Failure('usage/incomplete', `say ${what}`, { exit: 'usage', advice: ['bootlatch policy announce --help'] })

async function fileDigests({
  componentFile = [],
  bank = ['sha256'],
}: AnnouncementOptions): Promise<readonly PlacedDigest[]> {
  const found: PlacedDigest[] = []
  for (const { where, what } of componentFile)
    for (const digests of await digestsOf(what, bank)) found.push({ where, what: digests })
  return found
}

async function fileTexts({ textFile = [] }: AnnouncementOptions): Promise<readonly PlacedText[]> {
  return Promise.all(textFile.map(async ({ where, what }) => ({ where, what: await textOf(what) })))
}

async function authorities({
  label,
  certificate,
  authority,
  authorityReference,
}: AnnouncementOptions): Promise<object | undefined> {
  return filled({
    certificates: certificate && (await Promise.all(certificate.map(fingerprintOf))),
    values: authority?.map((digests) => ({ version: label, ...digests })),
    reference: authorityReference,
  })
}

const valuesOf = (version: string, digests: readonly PlacedDigest[]): object | undefined =>
  byPlace(digests.map(({ where, what }) => ({ where, what: { version, ...what } })))

/** Lists of what belongs to one place; nothing where there is none. */
function byPlace(all: readonly { readonly where: string; readonly what: unknown }[] = []): object | undefined {
  const places = [...new Set(all.map(({ where }) => where))]
  if (places.length === 0) return undefined
  return Object.fromEntries(
    places.map((place) => [place, all.flatMap(({ where, what }) => (where === place ? [what] : []))]),
  )
}

/** An object, unless nothing is in it. */
function filled<Parts extends object>(parts: Parts): Parts | undefined {
  return Object.values(parts).some((part) => part !== undefined) ? parts : undefined
}
