import { hashSequences } from '../../../../conformance/hash-sequences.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('hash sequences', () => {
  hashSequences(aloneOnBench)
})
