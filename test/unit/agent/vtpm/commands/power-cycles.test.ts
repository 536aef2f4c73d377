import { powerCycles } from '../../../../conformance/power-cycles.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('power cycles', () => {
  powerCycles(aloneOnBench)
})
