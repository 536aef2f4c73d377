import { stateAttestation } from '../../../../conformance/state-attestation.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

describe('attestation of sessions, time and storage', () => {
  stateAttestation(aloneOnBench)
})
