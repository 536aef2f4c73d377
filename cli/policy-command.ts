import type { Command } from 'commander'
import { addAnnounce } from './announcement-command.ts'
import { learntPolicy, policy } from './answers.ts'
import { parsePolicyVersion } from './ordinal.ts'
import { Failure } from './failure.ts'
import { moment } from './moment.ts'
import { toned, type Page } from './page.ts'
import { answerApplied, documentCells, kindOption, originCells } from './policy-answer.ts'
import { addAccept } from './policy-accept-command.ts'
import { addEffective } from './policy-effective-command.ts'
import { addDiff, addHistory } from './policy-history-command.ts'
import { addPending, addWithdraw } from './policy-pending-command.ts'
import { addRollback } from './policy-rollback-command.ts'
import { addSign, readSignatures } from './policy-sign-command.ts'
import { addPolicyTest } from './policy-test-command.ts'
import { addPreview, previewOf } from './preview-command.ts'
import { describePreview } from './preview-page.ts'
import { addVerify } from './policy-verify-command.ts'
import { quotePlace, readPolicy, readPreviewed, writeNewPolicy, type PolicySource } from './policy-source.ts'
import { online, type Session, type World } from './session.ts'
import { withNearMachines, withNearPolicies } from './suggestion.ts'

function addApply(policies: Command, world: World): void {
  const command = policies
    .command('apply')
    .summary('put a policy or another document in force')
    .description(
      'Puts the document of a YAML file (BootPolicy, ReferenceValues, Group, Announcement, Signers) in force as a new\n' +
        'version of its name, or keeps it until enough engineers have signed it. `-` reads standard input.\n' +
        'At a terminal it shows first what it would do to every machine, and asks; --yes shows without asking, and applies\n' +
        'only what was shown. A script that gives neither --yes nor --previewed applies without a preview.\n' +
        'Exits 4 where it waits for signatures.',
    )
    .argument('<file>', 'the document, or -')
    .option('--reason <why>', 'why, for the record', '')
    .option('--signatures <file>', 'signatures of it (bootlatch policy sign)')
    .option(
      '--previewed <file>',
      'what policy preview --save wrote (or its text): refused where anything changed since',
    )
    .option('--yes', 'preview it, and apply without asking')
    .addHelpText(
      'after',
      `
Example:
  bootlatch policy learn web-1 -o web-1.yaml     then read and edit it, and:
  bootlatch policy apply web-1.yaml`,
    )
  type Options = { reason: string; signatures?: string; previewed?: string; yes?: true }
  online<[path: string], Options>(command, world, async (session, [path], options) => {
    const written = await readPolicy(path, world.readInput)
    const signatures = await readSignatures(options.signatures)
    const previewed =
      options.previewed === undefined
        ? await previewFirst(session, written, options.yes)
        : await readPreviewed(options.previewed)
    const request = { ...written, reason: options.reason, signatures, previewed }
    try {
      const applied = policy(await session.ask('applyPolicy', request))
      await answerApplied(session, applied, path === '-' ? {} : { file: path })
    } catch (thrown) {
      if (!(thrown instanceof Failure) || thrown.code !== 'policy/invalid') throw thrown
      throw new Failure(thrown.code, thrown.message, {
        cause: thrown,
        excerpt: quotePlace(thrown.message, written.document),
      })
    }
  })
}

/**
 * Shows what a document would do before it is applied, where a person is there to see it or `--yes` asks for it; what it was
 * computed on, or nothing.
 */
async function previewFirst(session: Session, written: PolicySource, yes: true | undefined): Promise<string> {
  const isSeen = session.world.terminal.ask !== undefined || yes === true
  if (!isSeen) return ''
  const preview = await previewOf(session, { ...written, last: 1, sinceUnixMs: 0 })
  const describe = (page: Page): void => {
    describePreview(page, preview)
  }
  if (yes === true) session.show(describe)
  await session.confirm('Apply this?', yes, describe)
  return preview.previewed ?? ''
}

function addShow(policies: Command, world: World): void {
  const command = policies
    .command('show')
    .summary('print a policy as it was applied')
    .argument('<name>', 'name of the policy')
    .option('--revision <number>', 'an earlier version', parsePolicyVersion, 0)
    .option(...kindOption)
  type Options = { revision: number; kind: string }
  online<[name: string], Options>(command, world, async (session, [name], { revision, kind }) => {
    const asked = session.ask('showPolicy', { name, version: revision, kind })
    const shown = policy(await withNearPolicies(session, name, asked))
    session.note(...documentCells(shown), ...originCells(shown))
    session.answer(shown, (page) => page.document(shown.document))
    for (const warning of shown.warnings) session.note(toned('warn', 'Warning: '), warning)
  })
}

function addList(policies: Command, world: World): void {
  online(policies.command('list').summary('the policies in force'), world, async (session) => {
    const list = (await session.ask('listPolicies', {})).policies.map(policy)
    session.answer({ policies: list }, (page) =>
      list.length === 0
        ? page.line('No policies. Learn one: bootlatch policy learn MACHINE')
        : page.table(
            ['NAME', 'KIND', 'VERSION', 'APPLIED', 'BY', 'WARNINGS'],
            list.map((one) => [
              toned('strong', one.name),
              one.kind,
              String(one.version),
              moment(one.applied),
              one.appliedBy ?? '',
              one.warnings.length === 0 ? '' : toned('warn', one.warnings.join('; ')),
            ]),
          ),
    )
  })
}

function addLearn(policies: Command, world: World): void {
  const command = policies
    .command('learn')
    .summary('write the policy that a good boot satisfies')
    .description(
      'Writes the policy that the newest verified boot of a machine satisfies. Nothing is put in force:\n' +
        'read it first, it is as good as that boot was.',
    )
    .argument('<machine>', 'name or id of the machine')
    .option('--name <name>', 'name for the policy (default: the machine’s)', '')
    .option('-o, --output <file>', 'write a new file instead of stdout')
  type Options = { name: string; output?: string }
  online<[machine: string], Options>(command, world, async (session, [machine], { name, output }) => {
    const learnt = learntPolicy(await withNearMachines(session, machine, session.ask('learnPolicy', { machine, name })))
    if (output !== undefined) await writeNewPolicy(output, learnt.document)
    session.answer(output === undefined ? learnt : { ...learnt, file: output }, (page) => {
      if (output === undefined) page.document(learnt.document)
    })
    session.note(toned('dim', `Learnt from decision ${learnt.learntFromDecision ?? 'unknown'}.`))
    session.note(toned('dim', 'Next: read it, then '), `bootlatch policy apply ${output ?? 'FILE'}`)
  })
}

/** `bootlatch policy …` */
export function addPolicyCommands(program: Command, world: World): void {
  const policies = program.command('policy').summary('say which boots are good')
  for (const add of [
    addLearn,
    addPolicyTest,
    addPreview,
    addApply,
    addAccept,
    addShow,
    addEffective,
    addList,
    addHistory,
    addDiff,
    addRollback,
    addSign,
    addVerify,
    addPending,
    addWithdraw,
    addAnnounce,
  ])
    add(policies, world)
}
