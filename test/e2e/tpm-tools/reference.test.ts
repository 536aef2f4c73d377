import { boundSessions } from '../../conformance/bound-sessions.ts'
import { benchOf, type TpmBench } from '../../conformance/tpm-bench.ts'
import { FreshSwtpm } from './fresh-swtpm.ts'
import { Scratch } from './scratch.ts'
import { startSwtpm } from './tpm-process.ts'

/** Scenarios whose HMACs hang on what a TPM drew, so that two cannot be sent the same bytes: what we do, swtpm does. */
describe('swtpm by itself', () => {
  const scratch = new Scratch()
  const start = async (): Promise<TpmBench> => {
    const swtpm = await FreshSwtpm.over(await scratch.started(startSwtpm(scratch.folder())))
    return benchOf(swtpm, {
      exact: () => undefined,
      powerCycle: () => swtpm.powerCycle(),
      close: () => {
        swtpm.close()
      },
    })
  }

  describe('sessions that are bound', () => {
    boundSessions(start)
  })
})
