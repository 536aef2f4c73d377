import type { Command } from 'commander'
import { effectivePolicy, type EffectivePolicyAnswer } from './answers.ts'
import { toned, type Page } from './page.ts'
import { online, type World } from './session.ts'
import { withNearMachines } from './suggestion.ts'

/** `bootlatch policy effective` */
export function addEffective(policies: Command, world: World): void {
  const command = policies
    .command('effective')
    .summary('the rules that hold for a machine, and where each comes from')
    .description(
      'Lists every rule that a machine is judged by now: of the policy for it, for its group or for the nearest group\n' +
        'around that, and of what all these groups require. All of them have to hold.',
    )
    .argument('<machine>', 'name or id of the machine')
    .addHelpText('after', '\nExample:\n  bootlatch policy effective web-1')
  online<[machine: string], object>(command, world, async (session, [machine]) => {
    const asked = session.ask('showEffectivePolicy', { machine })
    const shown = effectivePolicy(await withNearMachines(session, machine, asked))
    session.answer(shown, (page) => {
      describeEffective(page, shown)
    })
  })
}

function describeEffective(
  page: Page,
  { machine, group, policy, policyOfGroup, documents, rules }: EffectivePolicyAnswer,
) {
  const found = policyOfGroup === null ? 'it names the machine' : `for the group ${policyOfGroup}`
  page.facts([
    ['Machine', toned('strong', machine), toned('dim', `  in the group ${group}`)],
    policy === null
      ? ['Policy', toned('warn', 'none, or more than one: it gets no keys')]
      : ['Policy', policy, toned('dim', `  ${found}`)],
    [
      'Judged by',
      documents.map(({ kind, name, version }) => `${kind} ${name} version ${version}`).join(', ') ||
        toned('dim', 'no document'),
    ],
  ])
  if (rules.length === 0) return
  page.line()
  page.table(
    ['DOCUMENT', 'RULE', 'WANTED'],
    rules.map(({ kind, name, rule, wanted }) => [`${kind} ${name}`, toned('strong', rule), wanted]),
  )
}
