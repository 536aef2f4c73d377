import { transientHandles } from '../../../../conformance/transient-handles.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('transient handles', () => {
  transientHandles(aloneOnBench)
})
