import { roles } from '../../../../conformance/roles.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('the roles that an authorization has', () => {
  roles(aloneOnBench)
})
