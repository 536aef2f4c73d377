import type { PolicyAnswer } from './answers.ts'
import { moment } from './moment.ts'
import { toned, type Cell, type Page } from './page.ts'
import type { Session } from './session.ts'

const kindWords: Readonly<Record<string, string>> = {
  BootPolicy: 'Policy',
  '': 'Policy',
  ReferenceValues: 'Reference values',
  Signers: 'List of',
}

/** Of every command that names a document. */
export const kindOption = ['--kind <kind>', 'which one, where a Group has the name of another document', ''] as const

/** A document in words: its kind and name. */
export const documentCells = ({ kind, name }: PolicyAnswer): readonly Cell[] => [
  `${kindWords[kind] ?? kind} `,
  toned('strong', name),
]

const isWaiting = ({ proposal }: PolicyAnswer): boolean => proposal !== null

/** Who has signed, in words. */
export function signersText({ signatures }: Pick<PolicyAnswer, 'signatures'>): string {
  return [...new Set(signatures.map(({ engineer }) => engineer))].join(', ')
}

/** What became of a document that was applied. */
export function describeApplied(page: Page, applied: PolicyAnswer): void {
  const { version, signaturesRequired, proposal } = applied
  if (!isWaiting(applied)) {
    const verb = applied.kind === 'ReferenceValues' ? 'are' : 'is'
    page.line(...documentCells(applied), ` version ${version} ${verb} in force.`)
    return
  }
  const signed = new Set(applied.signatures.map(({ engineer }) => engineer)).size
  const by = signed === 0 ? '' : `, by ${signersText(applied)}`
  page.line(
    ...documentCells(applied),
    ` version ${version} is `,
    toned('warn', 'not in force'),
    `: it waits for signatures as proposal ${proposal ?? ''} (${signed} of ${signaturesRequired}${by}).`,
  )
}

/** Answers an application: what became of it, what to do next, and exit code 4 where it waits. */
export async function answerApplied(
  session: Session,
  applied: PolicyAnswer,
  { outside = applied, file = 'FILE' }: { readonly outside?: unknown; readonly file?: string | undefined } = {},
): Promise<void> {
  session.answer(outside, (page) => {
    describeApplied(page, applied)
  })
  for (const warning of applied.warnings) session.note(toned('warn', 'Warning: '), warning)
  if (!isWaiting(applied)) return
  session.world.end('held')
  const { serverId } = await session.ask('getServerStatus', {})
  const server = Buffer.from(serverId).toString('hex')
  if (file === 'FILE')
    session.note(toned('dim', 'Next: '), `bootlatch policy pending ${applied.proposal ?? ''} -o FILE`)
  session.note(
    toned('dim', file === 'FILE' ? '      ' : 'Next: '),
    `bootlatch policy sign ${file} --as ${applied.version} --server ${server} --key KEY`,
  )
  session.note(toned('dim', '      '), `bootlatch policy apply ${file} --signatures ${file}.jws`)
}

/** A document in a list, which has neither its text nor warnings. */
export const withoutText = (one: PolicyAnswer) => ({ ...one, document: undefined, warnings: undefined })

/** When and by whom a document was put in force, and who signed it. */
export function originCells(one: PolicyAnswer): readonly Cell[] {
  const { version, appliedBy, applied, reason, proposedBy } = one
  const signed = signersText(one)
  return [
    toned('dim', ` version ${version}, applied ${appliedBy === null ? '' : `by ${appliedBy} `}at `),
    moment(applied),
    proposedBy === null || proposedBy === appliedBy ? '' : toned('dim', `, put forward by ${proposedBy}`),
    signed === '' ? '' : toned('dim', `, signed by ${signed}`),
    reason === null ? '' : toned('dim', `: ${reason}`),
  ]
}
