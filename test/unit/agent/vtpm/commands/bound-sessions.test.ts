import { boundSessions } from '../../../../conformance/bound-sessions.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('sessions that are bound', () => {
  boundSessions(aloneOnBench)
})
