import { sessionStarts } from '../../../../conformance/session-starts.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('starts of sessions', () => {
  sessionStarts(aloneOnBench)
})
