import { InvalidArgumentError, type Command } from 'commander'
import {
  announcedName,
  authorityDigest,
  authoritySet,
  bankName,
  componentDigest,
  componentFile,
  componentSet,
  componentText,
  componentTextFile,
  listedText,
  pcrDigest,
  pcrSet,
} from './announced.ts'
import { announcementText, type AnnouncementOptions } from './announcement-document.ts'
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

function parseBoots(text: string): number {
  if (!/^[1-9][0-9]{0,2}$/.test(text)) throw new InvalidArgumentError('Give a number from 1 to 999.')
  return Number(text)
}

interface AnnounceOptions extends AnnouncementOptions {
  readonly reason: string
  readonly output?: string
  readonly signatures?: string
  readonly yes?: true
}

/** `bootlatch policy announce` */
export function addAnnounce(policies: Command, world: World): void {
  const command = policies
    .command('announce')
    .summary('say before a planned update what will be measured after it')
    .description(
      'Lets machines boot by values that their policy does not accept yet, beside those that it accepts: as often and as long ' +
        'as is said, then no more. Nothing else of the policy changes. Shown on every machine before it is in force.',
    )
    .argument('<name>', 'name of the announcement')
    .option(
      '--machine <name>',
      'a machine it is for (every option that names something: again for more)',
      announcedName,
    )
    .option('--group <name>', 'a group it is for', announcedName)
    .option('--component <name=digest>', 'a component of the policy', componentDigest)
    .option(
      '--component-file <name=file>',
      'a component, by the file or the section (file#.linux) it will be',
      componentFile,
    )
    .option('--component-reference <name=set>', 'a component, by a set of ReferenceValues: document/set', componentSet)
    .option('--bank <bank>', 'in which banks files are announced (default: sha256)', bankName)
    .option('--pcr <number=digest>', 'a PCR of the policy', pcrDigest)
    .option('--pcr-reference <number=set>', 'a PCR, by a set of ReferenceValues: document/set', pcrSet)
    .option('--reference-version <text>', 'only these versions of the sets', listedText)
    .option('--text <name=text>', 'the text of a component, letter for letter', componentText)
    .option('--text-file <name=file>', 'the text of a component, as a file has it', componentTextFile)
    .option('--certificate <file>', 'a signer for Secure Boot: a certificate, or its SHA-256 fingerprint', listedText)
    .option('--authority <digest>', 'a signer for Secure Boot, by its event in PCR 7', authorityDigest)
    .option('--authority-reference <set>', 'signers, by a set of ReferenceValues: document/set', authoritySet)
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
Names are the policy’s: bootlatch policy effective MACHINE. A file is announced by its own digest and, where firmware can
start it, by that which firmware measures. bootlatch measure computes all events and PCRs of a coming boot.

Examples:
  bootlatch policy announce kernel-31 --machine web-1 --label 6.1.0-31 --boots 1 --for 6h --reason "change 1234" \\
      --component-file kernel=/boot/vmlinuz-6.1.0-31 --component-file initrd=/boot/initrd.img-6.1.0-31
  bootlatch policy announce uki-31 --group web --for 6h --reason "change 1235" --component-file unifiedImage=web.efi \\
      --component-file kernel=web.efi#.linux --component-file initrd=web.efi#.initrd
  bootlatch policy announce firmware-2 --group web --pcr-reference 0=ovmf/pcr0 --reference-version 2025.02 \\
      --for 7d --reason "change 1236"
  bootlatch policy announce signer-2026 --group web --certificate vendor-2026.pem --for 7d --reason "change 1237"
  bootlatch policy announce quiet --machine web-1 --text 'commandLine=root=/dev/vda2 quiet' --for 6h --reason "change 1238"`,
    )
  online<[name: string], AnnounceOptions>(command, world, async (session, [name], options) => {
    const document = await announcementText(name, options, world.nowMs())
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
