import { foreignKeys } from '../../../../conformance/foreign-keys.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('keys that were made elsewhere', () => {
  foreignKeys(aloneOnBench)
})
