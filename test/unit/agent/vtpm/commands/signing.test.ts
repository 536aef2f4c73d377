import { signatures } from '../../../../conformance/signing.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('signing', () => {
  signatures(aloneOnBench)
})
