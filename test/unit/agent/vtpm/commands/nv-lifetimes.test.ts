import { nvLifetimes } from '../../../../conformance/nv-lifetimes.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('lifetimes of NV', () => {
  nvLifetimes(aloneOnBench)
})
