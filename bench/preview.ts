/** What a preview costs over a fleet that is on record in PostgreSQL, and whether its memory grows with the fleet. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { z } from 'zod'
import { PolicyShelf, applyPolicy } from '../policy-server/policies/index.ts'
import { defaultGroup } from '../policy-server/appraise/group-keys.ts'
import { Store } from '../policy-server/store/index.ts'
import { addMachines, eventsPerLog, fleetPolicies } from './preview/fleet.ts'
import { postgres, ScratchPostgres } from './preview/postgres.ts'

const fleets = [1000, 10_000] as const
const caps = { seconds: 30 } as const

const measured = z.object({
  seconds: z.number(),
  cpuSeconds: z.number(),
  firstEventMs: z.number(),
  peakMiB: z.number(),
  ownMiB: z.number(),
  counts: z.record(z.string(), z.unknown()),
})
type Figures = z.output<typeof measured> & { readonly machines: number }

interface Report {
  readonly title: string
  readonly fleets: readonly Figures[]
}

/** Prints and returns the figures of previews over recorded fleets. */
export async function benchPreview(): Promise<Report> {
  const server = await ScratchPostgres.start()
  try {
    const store = await Store.open(postgres(server.connection))
    try {
      return await measuredFleets(server, store)
    } finally {
      await store.close()
    }
  } finally {
    await server.stop()
  }
}

async function measuredFleets(server: ScratchPostgres, store: Store): Promise<Report> {
  const figures: Figures[] = []
  await store.transact((tx) =>
    tx
      .insertInto('groups')
      .values({ name: defaultGroup, createdUnixMs: 1, keyVersion: 1, wrappedKey: new Uint8Array(1) })
      .execute(),
  )
  const by = { by: 'bench', unixMs: Date.UTC(2026, 0, 1) }
  await applyPolicy(store, new PolicyShelf(), { document: fleetPolicies().now, source: 'fleet.yaml' }, by)
  console.log(`Preview of a policy over the newest boot of each machine (${eventsPerLog} events), PostgreSQL`)
  let built = 0
  for (const machines of fleets) {
    await addMachines(store, built, machines)
    built = machines
    const each = { machines, ...(await judged(server)) }
    figures.push(each)
    print(each)
  }
  console.log(`  at most ${caps.seconds} s for ${fleets.at(-1) ?? 0} machines on two cores\n`)
  return { title: 'Preview over a recorded fleet', fleets: figures }
}

/** In a process of its own, so that its memory is what a preview takes. */
async function judged({ connection }: ScratchPostgres): Promise<z.output<typeof measured>> {
  const { host = '', user = '', database = '' } = connection
  const program = ['--import', 'tsx', 'bench/preview/judge.ts', host, user, database]
  const { stdout } = await promisify(execFile)(process.execPath, program)
  return measured.parse(JSON.parse(stdout))
}

function print({ machines, seconds, cpuSeconds, firstEventMs, peakMiB, ownMiB, counts }: Figures): void {
  const { stillBoot, wouldStop } = counts
  console.log(
    `  ${String(machines).padStart(6)} machines  ${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s of CPU), ` +
      `first word after ${firstEventMs.toFixed(0)} ms, peak ${peakMiB.toFixed(0)} MiB (${ownMiB.toFixed(0)} at its start); ` +
      `${String(stillBoot)} still boot, ${String(wouldStop)} would stop`,
  )
}
