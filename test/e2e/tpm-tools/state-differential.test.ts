import { certificates } from '../../conformance/certificates.ts'
import { commandAudit } from '../../conformance/command-audit.ts'
import { nvLifetimes } from '../../conformance/nv-lifetimes.ts'
import { pcrAllocations } from '../../conformance/pcr-allocation.ts'
import { pcrAuthorization } from '../../conformance/pcr-authorization.ts'
import { platformManagement } from '../../conformance/platform-management.ts'
import { powerCycles } from '../../conformance/power-cycles.ts'
import { selfTests } from '../../conformance/self-tests.ts'
import { type TpmBench } from '../../conformance/tpm-bench.ts'
import { Scratch } from './scratch.ts'
import { startSwtpm } from './tpm-process.ts'
import { twinOnBench } from './twin.ts'

describe('commands that touch state, held against swtpm', () => {
  const scratch = new Scratch()
  const start = async (): Promise<TpmBench> => twinOnBench(await scratch.started(startSwtpm(scratch.folder())))

  describe('command audit', () => {
    commandAudit(start)
  })

  describe('allocation of PCRs', () => {
    pcrAllocations(start)
  })

  describe('authorization of PCRs', () => {
    pcrAuthorization(start)
  })

  describe('lifetimes of NV', () => {
    nvLifetimes(start)
  })

  describe('power cycles', () => {
    powerCycles(start)
  })

  describe('self tests', () => {
    selfTests(start)
  })

  describe('certificates', () => {
    certificates(start)
  })

  describe('management of the platform', () => {
    platformManagement(start)
  })
})
