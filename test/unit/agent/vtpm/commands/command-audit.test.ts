import { commandAudit } from '../../../../conformance/command-audit.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('command audit', () => {
  commandAudit(aloneOnBench)
})
