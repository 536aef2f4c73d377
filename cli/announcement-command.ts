import { InvalidArgumentError, type Command } from 'commander'
import { announcement, policy, type AnnouncementAnswer } from './answers.ts'
import { parseValidity } from './duration.ts'
import { moment } from './moment.ts'
import { toned, type Tone } from './page.ts'
import { answerApplied } from './policy-answer.ts'
import { readSignatures } from './policy-sign-command.ts'
import { writeNewPolicy } from './policy-source.ts'
import { previewOf } from './preview-command.ts'
import { describePreview } from './preview-page.ts'
import { online, type World } from './session.ts'

/** What is announced: where it is measured, and its digest with the bank that its length tells. */
interface AnnouncedDigest {
  readonly where: string
  readonly bank: string
  readonly digest: string
}

const banksByDigits: Readonly<Record<number, string>> = { 64: 'sha256', 96: 'sha384', 128: 'sha512' }

const announcedBy =
  (form: RegExp, example: string) =>
  (text: string, before: readonly AnnouncedDigest[] = []): readonly AnnouncedDigest[] => {
    const [where = '', digest = '', ...more] = text.split('=')
    const bank = /^[0-9a-f]+$/.test(digest) ? banksByDigits[digest.length] : undefined
    if (bank === undefined || more.length > 0 || !form.test(where))
      throw new InvalidArgumentError(`Write it as ${example}, with 64, 96 or 128 lower-case hexadecimal digits.`)
    return [...before, { where, bank, digest }]
  }

const nameForm = /^[0-9A-Za-z][0-9A-Za-z._-]{0,62}$/
const named = (text: string, before: readonly string[] = []): readonly string[] => {
  if (!nameForm.test(text)) throw new InvalidArgumentError('Give a name: letters, digits, . _ -')
  return [...before, text]
}

function parseBoots(text: string): number {
  if (!/^[1-9][0-9]{0,2}$/.test(text)) throw new InvalidArgumentError('Give a number from 1 to 999.')
  return Number(text)
}

interface AnnounceOptions {
  readonly machine?: readonly string[]
  readonly group?: readonly string[]
  readonly component?: readonly AnnouncedDigest[]
  readonly pcr?: readonly AnnouncedDigest[]
  readonly label: string
  readonly boots?: number
  readonly for: number
  readonly endOldValues?: true
  readonly reason: string
  readonly output?: string
  readonly signatures?: string
  readonly yes?: true
}

/** The document that says what the options do. */
function announcementText(name: string, options: AnnounceOptions, nowMs: number): string {
  const until = new Date(nowMs + 1000 * options.for).toISOString().replace(/\.[0-9]+Z$/, 'Z')
  const list = (key: string, names: readonly string[] | undefined) =>
    names === undefined ? [] : [`${key}: [${names.map((one) => JSON.stringify(one)).join(', ')}]`]
  const digests = (key: string, given: readonly AnnouncedDigest[] | undefined) => {
    if (given === undefined) return []
    const places = [...new Set(given.map(({ where }) => where))].map((where) => {
      const values = given
        .filter((one) => one.where === where)
        .map(({ bank, digest }) => `    - { version: ${JSON.stringify(options.label)}, ${bank}: "${digest}" }`)
      return [`  "${where}":`, ...values].join('\n')
    })
    return [`${key}:`, ...places]
  }
  return `${[
    'kind: Announcement',
    `name: ${name}`,
    ...list('machines', options.machine),
    ...list('groups', options.group),
    ...(options.boots === undefined ? [] : [`boots: ${options.boots}`]),
    `until: ${until}`,
    ...(options.endOldValues === true ? ['oldValues: refuseOnceBooted'] : []),
    ...digests('components', options.component),
    ...digests('pcrs', options.pcr),
  ].join('\n')}\n`
}

/** `bootlatch policy announce` */
export function addAnnounce(policies: Command, world: World): void {
  const command = policies
    .command('announce')
    .summary('say before a planned update what will be measured after it')
    .description(
      'Lets machines boot by values that their policy does not accept yet, beside those that it accepts: as often and as\n' +
        'long as is said, then no more. Nothing else of the policy changes. Shown on every machine before it is in force.',
    )
    .argument('<name>', 'name of the announcement')
    .option('--machine <name>', 'a machine it is for (again for more)', named)
    .option('--group <name>', 'a group it is for (again for more)', named)
    .option('--component <name=digest>', 'a component of the policy', announcedBy(nameForm, 'kernel=3f…'))
    .option('--pcr <number=digest>', 'a PCR of the policy', announcedBy(/^(?:[0-9]|1[0-4])$/, '0=3f…'))
    .option('--label <text>', 'what it is: a version, a package', 'announced')
    .option('--boots <number>', 'how many boots of each machine may need it (default: any number)', parseBoots)
    .requiredOption('--for <duration>', 'for how long: 90s, 30m, 6h, 7d', parseValidity)
    .option('--end-old-values', 'refuse the policy’s own values of a machine that has booted by these')
    .requiredOption('--reason <why>', 'why, for the record')
    .option('-o, --output <file>', 'write the announcement to a new file (to be signed), and apply nothing')
    .option('--signatures <file>', 'signatures of it (bootlatch policy sign)')
    .option('--yes', 'apply without asking')
    .addHelpText(
      'after',
      `
Example:
  bootlatch policy announce kernel-31 --machine web-1 --component kernel=3f… --label 6.1.0-31 \\
      --boots 1 --for 6h --reason "change 1234"`,
    )
  online<[name: string], AnnounceOptions>(command, world, async (session, [name], options) => {
    const document = announcementText(name, options, world.nowMs())
    if (options.output !== undefined) {
      await writeNewPolicy(options.output, document)
      session.answer({ name, document, file: options.output, applied: null }, (page) =>
        page.line(`Written to ${options.output ?? ''}; nothing is announced.`),
      )
      return
    }
    const source = `announcement ${name}`
    const previewed = await previewOf(session, { document, source, last: 1, sinceUnixMs: 0 })
    await session.confirm('Announce this?', options.yes, (page) => {
      page.document(document)
      describePreview(page, previewed)
    })
    const signatures = await readSignatures(options.signatures)
    const seen = { previewed: previewed.previewed ?? '' }
    const request = { document, source, reason: options.reason, signatures, ...seen }
    const applied = policy(await session.ask('applyPolicy', request))
    await answerApplied(session, applied, { outside: { ...previewed, applied } })
  })
}

const stateTone: Readonly<Record<AnnouncementAnswer['state'], Tone>> = {
  unspecified: 'bad',
  live: 'good',
  ended: 'dim',
  withdrawn: 'warn',
}

/** `bootlatch announcement …` */
export function addAnnouncementCommands(program: Command, world: World): void {
  const announcements = program.command('announcement').summary('updates that are announced, and which boots used them')
  const list = announcements.command('list').summary('what is announced, and what has become of it')
  online(list, world, async (session) => {
    const all = (await session.ask('listAnnouncements', {})).announcements.map(announcement)
    session.answer({ announcements: all }, (page) =>
      all.length === 0
        ? page.line('Nothing is announced: bootlatch policy announce --help')
        : page.table(
            ['NAME', 'VERSION', 'STATE', 'FOR', 'UNTIL', 'BOOTS', 'USED BY', 'BY', 'WHY'],
            all.map((one) => [
              toned('strong', one.name),
              String(one.version),
              toned(stateTone[one.state], one.state),
              [...one.machines, ...one.groups.map((group) => `group ${group}`)].join(', '),
              moment(one.until),
              one.boots === 0 ? 'any' : String(one.boots),
              one.uses.map(({ machine, decision }) => `${machine} (${decision ?? ''})`).join(', '),
              one.appliedBy ?? '',
              [one.reason, one.withdrawnReason].filter((why) => why !== null).join('; '),
            ]),
          ),
    )
  })
  const withdraw = announcements
    .command('withdraw')
    .summary('end an announcement before its time')
    .argument('<name>', 'name of the announcement')
    .requiredOption('--reason <why>', 'why, for the record')
  online<[name: string], { reason: string }>(withdraw, world, async (session, [name], { reason }) => {
    await session.ask('withdrawAnnouncement', { name, reason })
    session.answer({ name, withdrawn: true }, (page) => page.line(`Announcement ${name} is withdrawn.`))
  })
}
