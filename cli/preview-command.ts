import { InvalidArgumentError, type Command } from 'commander'
import { changedBoot, previewCounts, type PreviewCountsAnswer } from './answers.ts'
import { parseValidity } from './duration.ts'
import type { Exit } from './exit-code.ts'
import { Failure } from './failure.ts'
import { quotePlace, readPolicy, writeNewPolicy, type PolicySource } from './policy-source.ts'
import { describePreview, PreviewGroups, type Preview } from './preview-page.ts'
import { ProgressBar } from './progress-bar.ts'
import { online, type Session, type World } from './session.ts'

const mostBoots = 1000

function parseLast(text: string): number {
  const last = /^[1-9][0-9]{0,3}$/.test(text) ? Number(text) : 0
  if (last === 0 || last > mostBoots) throw new InvalidArgumentError(`Give a number from 1 to ${mostBoots}.`)
  return last
}

/** `bootlatch policy preview` */
export function addPreview(policies: Command, world: World): void {
  const command = policies
    .command('preview')
    .summary('what a policy would do to every machine, before it is in force')
    .description(
      'Judges the recorded boots of every machine by a policy (or by reference values) that is not in force,\n' +
        'with the code that judges boots, and says which would stop and which would newly boot. Nothing is applied.',
    )
    .argument('<file>', 'the document, or -')
    .option('--last <number>', 'how many boots of each machine, the newest first', parseLast, 1)
    .option('--since <duration>', 'only boots of the last 90s, 30m, 1h, 7d, 2w', parseValidity)
    .option('--save <file>', 'write a new file that names what it was computed on, for policy apply --previewed')
    .addHelpText(
      'after',
      `
Exits 3 if a machine that boots now would stop, 4 if one would only wait for a person.

Example:
  bootlatch policy preview web.yaml --save web.preview && bootlatch policy apply web.yaml --previewed web.preview`,
    )
  type Options = { last: number; since?: number; save?: string }
  online<[path: string], Options>(command, world, async (session, [path], { last, since, save }) => {
    const written = await readPolicy(path, world.readInput)
    const sinceUnixMs = since === undefined ? 0 : Math.max(0, world.nowMs() - 1000 * since)
    const previewed = await previewOf(session, { ...written, last, sinceUnixMs })
    if (save !== undefined) await writeNewPolicy(save, `${previewed.previewed ?? ''}\n`)
    session.answer(previewed, (page) => {
      describePreview(page, previewed)
    })
    world.end(exitOf(previewed.counts))
  })
}

/**
 * Asks for a preview, and shows how far it has come.
 * @throws Failure
 */
export async function previewOf(session: Session, asked: PolicySource & PreviewLimits): Promise<Preview> {
  const bar = new ProgressBar(session.world.terminal, 'machines')
  const groups = new PreviewGroups()
  let counts: PreviewCountsAnswer | undefined
  let previewed: string | null = null
  try {
    for await (const event of session.stream('previewPolicy', { ...asked })) {
      if (event.progress) bar.show(event.progress.done, event.progress.total)
      if (event.changed) groups.add(changedBoot(event.changed))
      if (event.previewed) previewed = event.previewed
      if (event.end) counts = previewCounts(event.end)
    }
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.code !== 'policy/invalid') throw thrown
    const excerpt = quotePlace(thrown.message, asked.document)
    throw new Failure(thrown.code, thrown.message, { cause: thrown, excerpt })
  } finally {
    bar.clear()
  }
  if (counts === undefined)
    throw new Failure('server/unreachable', 'the server ended before it had judged all machines')
  return { previewed, counts, groups: groups.list }
}

interface PreviewLimits {
  readonly last: number
  readonly sinceUnixMs: number
}

function exitOf({ wouldStop, wouldWait }: PreviewCountsAnswer): Exit {
  if (wouldStop > 0) return 'refused'
  return wouldWait > 0 ? 'held' : 'ok'
}
