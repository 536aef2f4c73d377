import { hierarchies } from '../../conformance/hierarchies.ts'
import { policyAuthorizations } from '../../conformance/policy-authorizations.ts'
import { policyConditions } from '../../conformance/policy-conditions.ts'
import { policySessions } from '../../conformance/policy-sessions.ts'
import { roles } from '../../conformance/roles.ts'
import { type TpmBench } from '../../conformance/tpm-bench.ts'
import { Scratch } from './scratch.ts'
import { startSwtpm } from './tpm-process.ts'
import { twinOnBench } from './twin.ts'

describe('policies and hierarchies held against swtpm', () => {
  const scratch = new Scratch()
  const start = async (): Promise<TpmBench> => twinOnBench(await scratch.started(startSwtpm(scratch.folder())))

  describe('conditions', () => {
    policyConditions(start)
  })

  describe('authorizations', () => {
    policyAuthorizations(start)
  })

  describe('sessions that go on', () => {
    policySessions(start)
  })

  describe('the roles that an authorization has', () => {
    roles(start)
  })

  describe('hierarchies', () => {
    hierarchies(start)
  })
})
