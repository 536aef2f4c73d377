import { pcrAllocations } from '../../../../conformance/pcr-allocation.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('allocation of PCRs', () => {
  pcrAllocations(aloneOnBench)
})
