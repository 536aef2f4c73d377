import { boundSessions, oddRequests } from '../../../../conformance/odd-requests.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('odd requests', () => {
  oddRequests(aloneOnBench)
})

describe('bound sessions', () => {
  boundSessions(aloneOnBench)
})
