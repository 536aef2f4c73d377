import { expect } from 'chai'
import fc from 'fast-check'
import { decodePersistentState } from '../../../agent/vtpm/state/persistent-state.ts'
import { GetRandom, Startup, SU, TpmClient } from '../../../core/tpm/index.ts'
import { menuOf } from '../../fuzz/menu.ts'
import { startNewTpm } from '../../fuzz/new-tpm.ts'
import { Pair } from '../../fuzz/pair.ts'
import { sequences } from '../../fuzz/sequences.ts'

describe('any sequence of commands', () => {
  it('is answered alike by two TPMs, and leaves a state that goes on', async () => {
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        const [one, other] = [await startNewTpm(), await startNewTpm()]
        const pair = new Pair(one.transport, other.transport, menuOf())
        for (const each of sequence) expect(await pair.step(each), 'failure mode').to.equal(true)

        decodePersistentState(one.storage.load() ?? new Uint8Array(0))
        one.tpm.powerOn()
        await one.transport.moveTo(0)
        const client = new TpmClient(one.transport)
        await client.run(Startup, {}, { startupType: SU.clear })
        await client.run(GetRandom, {}, { bytesRequested: 1 })
      }),
      { numRuns: 60 },
    )
  })
})
