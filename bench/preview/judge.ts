/** A process that previews a policy over a recorded fleet, as the server would, and prints what it took. */
import { preview } from '../../policy-server/appraise/index.ts'
import { PolicyShelf } from '../../policy-server/policies/index.ts'
import { Store } from '../../policy-server/store/index.ts'
import { fleetPolicies } from './fleet.ts'
import { postgres } from './postgres.ts'

const [host = '', user = '', database = ''] = process.argv.slice(2)
const store = await Store.open(postgres({ host, user, database }))
const context = { store, shelf: new PolicyShelf(), clock: () => Date.UTC(2026, 0, 6) }
const request = { document: fleetPolicies().proposed, source: 'fleet.yaml', last: 1, sinceUnixMs: 0 }
const ownMiB = process.resourceUsage().maxRSS / 1024
const began = performance.now()
const cpuBefore = process.cpuUsage()
let counts: object = {}
let firstEventMs: number | undefined
for await (const event of preview(context, request, new AbortController().signal)) {
  firstEventMs ??= performance.now() - began
  if (event.kind === 'end') counts = event
}
const { user: userUs, system } = process.cpuUsage(cpuBefore)
await store.close()
console.log(
  JSON.stringify({
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: (userUs + system) / 1e6,
    firstEventMs,
    peakMiB: process.resourceUsage().maxRSS / 1024,
    ownMiB,
    counts,
  }),
)
