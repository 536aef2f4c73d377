import { Argument, type Command } from 'commander'
import { parseDecisionNumber } from './ordinal.ts'
import { online, type World } from './session.ts'
import { toned } from './page.ts'

/** `bootlatch boot …` */
export function addBootCommands(program: Command, world: World): void {
  const boots = program.command('boot').summary('compare boots')
  const command = boots
    .command('diff')
    .summary('what is different in the second of two boots, in words')
    .description('Compares the verified evidence of two decisions, of one machine or of two.')
    .addArgument(new Argument('<before>', 'number of a decision').argParser(parseDecisionNumber))
    .addArgument(new Argument('<after>', 'number of a decision').argParser(parseDecisionNumber))
    .addHelpText(
      'after',
      `
Example:
  bootlatch decision list --machine web-1
  bootlatch boot diff 17 42`,
    )
  online<[before: string, after: string], object>(command, world, async (session, [before, after]) => {
    const { words } = await session.ask('diffBoots', { before, after })
    session.answer({ before: Number(before), after: Number(after), differences: words }, (page) => {
      if (words.length === 0) page.line(toned('good', 'The two boots measured the same.'))
      for (const line of words) page.line('- ', line)
    })
  })
}
