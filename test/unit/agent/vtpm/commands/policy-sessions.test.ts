import { policySessions } from '../../../../conformance/policy-sessions.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('policy sessions that go on', () => {
  policySessions(aloneOnBench)
})
