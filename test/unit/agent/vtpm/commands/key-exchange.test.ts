import { keyExchange } from '../../../../conformance/key-exchange.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('Diffie-Hellman', () => {
  keyExchange(aloneOnBench)
})
