import { Argument, type Command } from 'commander'
import { policy } from './answers.ts'
import { diffLines, withContext, type DiffLine } from './line-diff.ts'
import { moment } from './moment.ts'
import { parsePolicyVersion } from './ordinal.ts'
import { toned, type Cell } from './page.ts'
import { kindOption, signersText, withoutText } from './policy-answer.ts'
import { online, type World } from './session.ts'
import { withNearPolicies } from './suggestion.ts'

const shortDigest = 12

/** `bootlatch policy history` */
export function addHistory(policies: Command, world: World): void {
  const command = policies
    .command('history')
    .summary('every version of a document: who, when, why, signed by whom')
    .description(
      'Lists every version of a policy or another document, the newest first. A version is never changed; one that says\n' +
        'what an earlier one said (a rollback) names it. --json has digests and signatures (JWS) whole, for auditors.',
    )
    .argument('<name>', 'name of the document')
  online<[name: string], object>(command, world, async (session, [name]) => {
    const asked = session.ask('listPolicyVersions', { name })
    const versions = (await withNearPolicies(session, name, asked)).versions.map(policy)
    const sameAs = versions.map(({ kind, version, sha256 }) => {
      const earlier = versions.findLast((one) => one.kind === kind && one.version < version && one.sha256 === sha256)
      return earlier?.version ?? null
    })
    const outside = versions.map((one, at) => ({ ...withoutText(one), sameAs: sameAs[at] ?? null }))
    session.answer({ versions: outside }, (page) =>
      page.table(
        ['VERSION', 'KIND', 'APPLIED', 'BY', 'SIGNED BY', 'SHA-256', 'WHY'],
        versions.map((one, at) => [
          toned('strong', String(one.version)),
          one.kind,
          moment(one.applied),
          one.appliedBy ?? '',
          signersText(one),
          (one.sha256 ?? '').slice(0, shortDigest),
          [sameAs[at] === null ? '' : `(as version ${sameAs[at]}) `, one.reason ?? ''].join(''),
        ]),
      ),
    )
  })
}

const lineCell = (line: DiffLine | '…'): Cell => {
  if (line === '…') return toned('dim', line)
  const text = `${line.mark} ${line.text}`
  return line.mark === ' ' ? text : toned(line.mark === '+' ? 'good' : 'bad', text)
}

/** `bootlatch policy diff` */
export function addDiff(policies: Command, world: World): void {
  const version = (name: string, words: string) => new Argument(`<${name}>`, words).argParser(parsePolicyVersion)
  const command = policies
    .command('diff')
    .summary('what is different between two versions of a document')
    .argument('<name>', 'name of the document')
    .addArgument(version('before', 'a version'))
    .addArgument(version('after', 'another version'))
    .option(...kindOption)
  online<[name: string, before: number, after: number], { kind: string }>(
    command,
    world,
    async (session, [name, before, after], { kind }) => {
      const documentOf = async (wanted: number): Promise<string> => {
        const shown = session.ask('showPolicy', { name, version: wanted, kind })
        return policy(await withNearPolicies(session, name, shown)).document
      }
      const lines = diffLines(await documentOf(before), await documentOf(after))
      const changed = lines.filter(({ mark }) => mark !== ' ')
      session.answer({ name, before, after, lines: changed }, (page) => {
        if (changed.length === 0) page.line('Nothing is different.')
        else for (const line of withContext(lines)) page.line(lineCell(line))
      })
    },
  )
}
