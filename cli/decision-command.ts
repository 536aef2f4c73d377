import { Argument, type Command } from 'commander'
import { attestationToken, decision, decisionDetail } from './answers.ts'
import { parseDecisionNumber, parseLimit } from './ordinal.ts'
import { describeDecision, nextStepAfter } from './decision-page.ts'
import type { Exit } from './exit-code.ts'
import { describeDecisions } from './machine-page.ts'
import { toned } from './page.ts'
import { online, type World } from './session.ts'
import { withNearMachines, withNewestDecision } from './suggestion.ts'

function addList(decisions: Command, world: World): void {
  const command = decisions
    .command('list')
    .summary('what the server decided, newest first')
    .option('--machine <machine>', 'only of this machine', '')
    .option('--limit <number>', 'how many', parseLimit, 20)
    .option('--before <number>', 'only decisions before this one', parseDecisionNumber)
    .addHelpText(
      'after',
      `
Examples:
  bootlatch decision list --machine web-1
  bootlatch decision list --json | jq '.decisions[] | select(.outcome == "refused")'`,
    )
  type Options = { machine: string; limit: number; before?: string }
  online<[], Options>(command, world, async (session, _given, { machine, limit, before = 0 }) => {
    const asked = session.ask('listDecisions', { machine, limit, before })
    const list = (await withNearMachines(session, machine, asked)).decisions.map(decision)
    session.answer({ decisions: list }, (page) => describeDecisions(page, list))
    const oldest = list.length === limit ? list.at(-1)?.number : undefined
    if (oldest !== undefined && oldest > 1) {
      const of = machine === '' ? '' : ` --machine ${machine}`
      session.note(toned('dim', 'Older ones: '), `bootlatch decision list${of} --before ${oldest}`)
    }
  })
}

const exitOf: Readonly<Record<string, Exit>> = { refused: 'refused', held: 'held' }

function addShow(decisions: Command, world: World): void {
  const command = decisions
    .command('show')
    .summary('one decision: every reason, and what differs from the last good boot')
    .addArgument(new Argument('<number>', 'number of the decision').argParser(parseDecisionNumber))
    .option('--all', 'every reason and every difference, however many')
    .option('--exit-code', 'exit 3 if it is a refusal, 4 if it is held')
    .addHelpText(
      'after',
      `
Examples:
  bootlatch decision show 42
  bootlatch decision show 42 --json | jq '.reasons[] | select(.passed | not)'`,
    )
  type Options = { all?: true; exitCode?: true }
  online<[number: string], Options>(command, world, async (session, [number], { all = false, exitCode }) => {
    const asked = session.ask('showDecision', { number })
    const detail = decisionDetail(await withNewestDecision(session, number, asked))
    session.answer(detail, (page) => describeDecision(page, detail, world.nowMs(), all))
    const next = nextStepAfter(detail)
    if (next !== undefined) session.note(toned('dim', 'Next: '), next)
    if (exitCode) world.end(exitOf[detail.decision?.outcome ?? ''] ?? 'ok')
  })
}

function addToken(decisions: Command, world: World): void {
  const command = decisions
    .command('token')
    .summary('a signed statement for somebody else that this boot was accepted')
    .description(
      'Has the server sign an attestation result (a JWT) for the boot of a decision: only while the boot is accepted and the\n' +
        'newest of its machine, and for some minutes. The token stands on stdout alone.',
    )
    .addArgument(new Argument('<number>', 'number of the decision').argParser(parseDecisionNumber))
    .requiredOption('--audience <name>', 'who is to rely on it, as he calls himself: nobody else will')
    .option('--nonce <text>', 'what he gave to bind it to his question: 8 to 88 characters of base64', '')
    .addHelpText(
      'after',
      `
Example:
  bootlatch decision token 42 --audience https://vault.example.com:8200`,
    )
  type Options = { audience: string; nonce: string }
  online<[number: string], Options>(command, world, async (session, [number], { audience, nonce }) => {
    const asked = session.ask('attestDecision', { decision: number, audience, nonce })
    const given = attestationToken(await withNewestDecision(session, number, asked))
    session.answer(given, (page) => page.line(given.token))
    session.note(toned('dim', 'Counts until '), given.expires ?? 'unknown')
  })
}

/** `bootlatch decision …` */
export function addDecisionCommands(program: Command, world: World): void {
  const decisions = program.command('decision').summary('who was let in or refused, and why')
  for (const add of [addList, addShow, addToken]) add(decisions, world)
}
