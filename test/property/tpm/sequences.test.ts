import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { manufacture, MemoryStorage, Tpm } from '../../../agent/vtpm/index.ts'
import { decodePersistentState } from '../../../agent/vtpm/state/persistent-state.ts'
import { GetRandom, Startup, SU, TpmClient, type Transport } from '../../../core/tpm/index.ts'
import { menuOf } from '../../fuzz/menu.ts'
import { Pair } from '../../fuzz/pair.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))

/** A TPM that is started up, over a storage that can be looked into. */
async function started(): Promise<{
  readonly tpm: Tpm
  readonly storage: MemoryStorage
  readonly transport: Transport
}> {
  const storage = new MemoryStorage(manufacture({ random }))
  const tpm = Tpm.open({ storage, random, clock: () => performance.now() })
  const transport = { transmit: async (command: Uint8Array) => tpm.execute(command) }
  tpm.powerOn()
  await new TpmClient(transport).run(Startup, {}, { startupType: SU.clear })
  return { tpm, storage, transport }
}

const steps = fc.array(fc.uint8Array({ maxLength: 128, size: 'max' }), { minLength: 1, maxLength: 40, size: 'max' })

describe('any sequence of commands', () => {
  it('is answered alike by two TPMs, and leaves a state that goes on', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const [one, other] = [await started(), await started()]
        const pair = new Pair(one.transport, other.transport, menuOf())
        for (const each of sequence) expect(await pair.step(each), 'failure mode').to.equal(true)

        decodePersistentState(one.storage.load() ?? new Uint8Array(0))
        one.tpm.powerOn()
        const client = new TpmClient(one.transport)
        await client.run(Startup, {}, { startupType: SU.clear })
        await client.run(GetRandom, {}, { bytesRequested: 1 })
      }),
      { numRuns: 60 },
    )
  }).timeout(60_000)
})
