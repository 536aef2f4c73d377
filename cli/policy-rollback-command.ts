import type { Command } from 'commander'
import { policy } from './answers.ts'
import { parsePolicyVersion } from './ordinal.ts'
import { answerApplied, documentCells, kindOption } from './policy-answer.ts'
import { readSignatures } from './policy-sign-command.ts'
import { previewOf } from './preview-command.ts'
import { describePreview } from './preview-page.ts'
import { online, type World } from './session.ts'
import { withNearPolicies } from './suggestion.ts'

interface RollbackOptions {
  readonly to: number
  readonly kind: string
  readonly reason: string
  readonly signatures?: string
  readonly yes?: true
}

/** `bootlatch policy rollback` */
export function addRollback(policies: Command, world: World): void {
  const command = policies
    .command('rollback')
    .summary('put an earlier version in force again, as a new version')
    .description(
      'Puts the document of an earlier version in force as a new version, after showing what it would do to every machine.\n' +
        'It needs signatures like any other change; those of the earlier version do not count again.',
    )
    .argument('<name>', 'name of the document')
    .option(...kindOption)
    .requiredOption('--to <version>', 'the version to go back to', parsePolicyVersion)
    .requiredOption('--reason <why>', 'why, for the record')
    .option('--signatures <file>', 'signatures of the new version (bootlatch policy sign)')
    .option('--yes', 'apply without asking')
  online<[name: string], RollbackOptions>(
    command,
    world,
    async (session, [name], { to, kind, reason, signatures, yes }) => {
      const shown = (version: number) =>
        withNearPolicies(session, name, session.ask('showPolicy', { name, version, kind }))
      const newest = policy(await shown(0))
      const former = policy(await shown(to))
      const { document } = former
      const source = former.source ?? `${name} version ${to}`
      const previewed = await previewOf(session, { document, source, last: 1, sinceUnixMs: 0 })
      await session.confirm(`Go back from version ${newest.version} to what version ${to} said?`, yes, (page) => {
        page.line(...documentCells(former), ` version ${to}`)
        describePreview(page, previewed)
      })
      const request = {
        document,
        source,
        reason,
        expectedVersion: newest.version,
        previewed: previewed.previewed ?? '',
        signatures: await readSignatures(signatures),
      }
      const applied = policy(await session.ask('applyPolicy', request))
      await answerApplied(session, applied, { outside: { ...previewed, applied } })
    },
  )
}
