import { platformManagement } from '../../../../conformance/platform-management.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('platform management', () => {
  platformManagement(aloneOnBench)
})
