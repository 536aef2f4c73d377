import { policyConditions } from '../../../../conformance/policy-conditions.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('policy conditions', () => {
  policyConditions(aloneOnBench)
})
