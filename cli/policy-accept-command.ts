import { Argument, type Command } from 'commander'
import { policy, proposedPolicy, type ProposedPolicyAnswer } from './answers.ts'
import { parseDecisionNumber } from './ordinal.ts'
import { toned, type Page } from './page.ts'
import { answerApplied } from './policy-answer.ts'
import { writeNewPolicy } from './policy-source.ts'
import { previewOf } from './preview-command.ts'
import { describePreview } from './preview-page.ts'
import { online, type World } from './session.ts'

/** `bootlatch policy accept` */
export function addAccept(policies: Command, world: World): void {
  const command = policies
    .command('accept')
    .summary('let a refused boot through, by the smallest change of its policy')
    .description(
      'Proposes the smallest change of the policy in force that would have let the boot of a decision through (this\n' +
        'digest, this signer, this address), shows what it would do to every machine, and applies it if you say so.',
    )
    .addArgument(new Argument('<decision>', 'number of the decision').argParser(parseDecisionNumber))
    .requiredOption('--reason <why>', 'why, for the record and for waivers of unknown events')
    .option('-o, --output <file>', 'write the changed policy to a new file, and apply nothing')
    .option('--yes', 'apply without asking')
    .addHelpText(
      'after',
      `
Example:
  bootlatch decision show 42
  bootlatch policy accept 42 --reason "kernel 6.1.0-31, change 1234"`,
    )
  type Options = { reason: string; output?: string; yes?: true }
  online<[decision: string], Options>(command, world, async (session, [decision], { reason, output, yes }) => {
    const proposed = proposedPolicy(await session.ask('proposePolicy', { decision, reason }))
    const { document, source, version, expected } = proposed
    if (proposed.changes.length === 0 || output !== undefined) {
      if (output !== undefined) await writeNewPolicy(output, document)
      session.answer({ ...proposed, applied: null }, (page) => {
        describeProposal(page, proposed)
      })
      world.end(proposed.remaining.length > 0 ? 'refused' : 'ok')
      return
    }
    const previewed = await previewOf(session, { document, source, last: 1, sinceUnixMs: 0 })
    await session.confirm('Apply this change?', yes, (page) => {
      describeProposal(page, proposed)
      page.line()
      describePreview(page, previewed)
    })
    const seen = { expectedVersion: version, expected: [...expected], previewed: previewed.previewed ?? '' }
    const applied = policy(await session.ask('applyPolicy', { document, source, reason, ...seen }))
    await answerApplied(session, applied, { outside: { ...proposed, ...previewed, applied } })
    if (proposed.remaining.length > 0) session.note(toned('warn', 'Warning: '), 'this boot stays refused all the same.')
  })
}

function describeProposal(page: Page, { name, version, changes, remaining }: ProposedPolicyAnswer): void {
  page.line('Policy ', toned('strong', name), ` version ${version}`)
  if (changes.length === 0) page.line('No change of it is needed, or none would help.')
  for (const words of changes) page.line(toned('good', '+ '), words)
  for (const { rule, fact, code } of remaining)
    page.line(toned('bad', '! '), `${rule ?? ''}: ${fact ?? ''} `, toned('dim', `${code}, which no policy settles`))
}
