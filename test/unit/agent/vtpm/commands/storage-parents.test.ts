import { storageParents } from '../../../../conformance/storage-parents.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('storage parents', () => {
  storageParents(aloneOnBench)
})
