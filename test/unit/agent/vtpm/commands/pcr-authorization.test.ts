import { pcrAuthorization } from '../../../../conformance/pcr-authorization.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('pcr authorization', () => {
  pcrAuthorization(aloneOnBench)
})
