/** Prints ratios measured side by side in one run; `--json` prints a line of JSON for each table. */
import { benchEvidence } from './evidence.ts'
import { benchMeasure } from './measure.ts'
import { benchTpm } from './tpm.ts'

const json = process.argv.includes('--json')
await benchTpm(json)
await benchEvidence(json)
await benchMeasure(json)
