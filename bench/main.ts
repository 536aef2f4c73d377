/**
 * Prints ratios measured side by side in one run: `main.ts [tpm|host|evidence|measure|policy|preview]... [--only PART-OF-A-NAME] [--json FILE]`.
 * `--json -` prints the JSON after the tables. `preview` needs PostgreSQL and runs only where it is named.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { benchEvidence } from './evidence.ts'
import { benchHost } from './host.ts'
import { benchMeasure } from './measure.ts'
import { benchPolicy } from './policy.ts'
import { benchPreview } from './preview.ts'
import { benchTpm } from './tpm.ts'

const { values, positionals } = parseArgs({
  options: { json: { type: 'string' }, only: { type: 'string' } },
  allowPositionals: true,
})
const benches: Readonly<Record<string, () => Promise<object>>> = {
  tpm: () => benchTpm(values.only),
  host: benchHost,
  evidence: benchEvidence,
  measure: benchMeasure,
  policy: benchPolicy,
  preview: benchPreview,
}

const reports: object[] = []
const byThemselves = Object.keys(benches).filter((name) => name !== 'preview')
for (const name of positionals.length > 0 ? positionals : byThemselves) {
  const bench = benches[name]
  if (bench === undefined) throw new TypeError(`no bench is called ${name}`)
  reports.push(await bench())
}
if (values.json === '-') console.log(JSON.stringify(reports))
else if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(reports, undefined, 2)}\n`)
