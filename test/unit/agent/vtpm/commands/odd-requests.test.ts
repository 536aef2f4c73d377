import { oddRequests } from '../../../../conformance/odd-requests.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('odd requests', () => {
  oddRequests(aloneOnBench)
})
