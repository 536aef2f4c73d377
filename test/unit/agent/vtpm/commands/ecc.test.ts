import { anonymousAttestation } from '../../../../conformance/anonymous-attestation.ts'
import { curveParents } from '../../../../conformance/curve-parents.ts'
import { anonymousSigning, eccSigning } from '../../../../conformance/ecc-signing.ts'
import { keyTemplates } from '../../../../conformance/key-templates.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'
import { twoPhaseExchange } from '../../../../conformance/two-phase-exchange.ts'

describe('signatures on curves', () => {
  eccSigning(aloneOnBench)
})

describe('anonymous signatures', () => {
  anonymousSigning(aloneOnBench)
})

describe('anonymous attestations', () => {
  anonymousAttestation(aloneOnBench)
})

describe('exchanges in two phases', () => {
  twoPhaseExchange(aloneOnBench)
})

describe('templates of keys', () => {
  keyTemplates(aloneOnBench)
})

describe('storage keys on curves', () => {
  curveParents(aloneOnBench)
})
