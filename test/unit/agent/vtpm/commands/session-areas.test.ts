import { sessionAreas } from '../../../../conformance/session-areas.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('sessions that a command brings together', () => {
  sessionAreas(aloneOnBench)
})
