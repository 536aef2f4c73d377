import { nvStorage } from '../../../../conformance/nv-storage.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('NV storage', () => {
  nvStorage(aloneOnBench)
})
