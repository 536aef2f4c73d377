import { certificates } from '../../../../conformance/certificates.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('certificates', () => {
  certificates(aloneOnBench)
})
