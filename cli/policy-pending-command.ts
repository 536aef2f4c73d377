import { Argument, InvalidArgumentError, type Command } from 'commander'
import { policy } from './answers.ts'
import { moment } from './moment.ts'
import { toned } from './page.ts'
import { documentCells, signersText, withoutText } from './policy-answer.ts'
import { writeNewPolicy } from './policy-source.ts'
import { online, type World } from './session.ts'

function parseProposal(text: string): string {
  if (!/^[1-9][0-9]{0,14}$/.test(text)) throw new InvalidArgumentError('Give the number of a document that waits.')
  return text
}
const number = (how: string) => new Argument(how, 'number under which it waits').argParser(parseProposal)

/** `bootlatch policy pending` */
export function addPending(policies: Command, world: World): void {
  const command = policies
    .command('pending')
    .summary('documents that wait for signatures')
    .description('Lists what waits for signatures; with a number, prints that document as it has to be signed.')
    .addArgument(number('[number]'))
    .option('-o, --output <file>', 'write the document to a new file')
  type Given = [proposal: string | undefined]
  online<Given, { output?: string }>(command, world, async (session, [proposal], { output }) => {
    if (proposal !== undefined) {
      const shown = policy(await session.ask('showProposal', { proposal }))
      if (output !== undefined) await writeNewPolicy(output, shown.document)
      session.note(
        ...documentCells(shown),
        toned('dim', ` is to be version ${shown.version}; put forward by `),
        shown.proposedBy ?? '',
      )
      session.answer(output === undefined ? shown : { ...shown, file: output }, (page) => {
        if (output === undefined) page.document(shown.document)
      })
      return
    }
    const waiting = (await session.ask('listProposals', {})).proposals.map(policy)
    session.answer({ proposals: waiting.map(withoutText) }, (page) =>
      waiting.length === 0
        ? page.line('Nothing waits for signatures.')
        : page.table(
            ['NUMBER', 'NAME', 'KIND', 'VERSION', 'PUT FORWARD', 'BY', 'SIGNED BY', 'NEEDS', 'WHY'],
            waiting.map((one) => [
              toned('strong', String(one.proposal ?? '')),
              one.name,
              one.kind,
              String(one.version),
              moment(one.proposed),
              one.proposedBy ?? '',
              signersText(one),
              String(one.signaturesRequired),
              one.reason ?? '',
            ]),
          ),
    )
  })
}

/** `bootlatch policy withdraw` */
export function addWithdraw(policies: Command, world: World): void {
  const command = policies
    .command('withdraw')
    .summary('take back a document that waits for signatures')
    .addArgument(number('<number>'))
    .requiredOption('--reason <why>', 'why, for the record')
  online<[proposal: string], { reason: string }>(command, world, async (session, [proposal], { reason }) => {
    await session.ask('withdrawProposal', { proposal, reason })
    session.answer({ proposal: Number(proposal), withdrawn: true }, (page) =>
      page.line(`Proposal ${proposal} is withdrawn.`),
    )
  })
}
