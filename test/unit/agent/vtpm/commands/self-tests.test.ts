import { selfTests } from '../../../../conformance/self-tests.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('self tests', () => {
  selfTests(aloneOnBench)
})
