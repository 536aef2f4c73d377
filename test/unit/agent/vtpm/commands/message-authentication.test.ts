import { messageAuthentication } from '../../../../conformance/message-authentication.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('message authentication', () => {
  messageAuthentication(aloneOnBench)
})
