import fc from 'fast-check'
import { menuOf } from '../../fuzz/menu.ts'
import { startNewTpm } from '../../fuzz/new-tpm.ts'
import { Pair } from '../../fuzz/pair.ts'
import { sequences } from '../../fuzz/sequences.ts'
import { noteAnswer } from './covered.ts'
import { FreshSwtpm } from './fresh-swtpm.ts'
import { Scratch } from './scratch.ts'
import { startSwtpm } from './tpm-process.ts'

/** Always the same sequences, so that what a change breaks is seen with that change; `make fuzz` looks for others. */
const seed = 20260

describe('generated sequences held against swtpm', () => {
  const scratch = new Scratch()
  let swtpm: FreshSwtpm

  before(async () => {
    swtpm = await FreshSwtpm.over(await scratch.started(startSwtpm(scratch.folder())))
  })

  after(() => {
    swtpm.close()
  })

  it('are taken or refused alike, with the same answers and the same things held', async () => {
    const menu = menuOf()
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        await swtpm.renew()
        const { transport } = await startNewTpm()
        const pair = new Pair(transport, swtpm, menu, { anyReason: true, onAnswer: noteAnswer })
        for (const each of sequence) if (!(await pair.step(each))) return
      }),
      { seed, numRuns: 120, endOnFailure: false },
    )
  }).timeout(180_000)
})
