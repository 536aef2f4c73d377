import { expect } from 'chai'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeForeignState, encodeForeignState } from '../../../../agent/attest/foreign-state.ts'
import { foreignTpmHost } from '../../../../agent/attest/foreign-tpm-host.ts'
import { emulatedTpmHost } from '../../../../agent/attest/index.ts'
import { manufacture, MemoryStorage, Tpm } from '../../../../agent/vtpm/index.ts'
import { WireError } from '../../../../core/bytes/index.ts'
import { ReadClock, TpmClient, type Transport } from '../../../../core/tpm/index.ts'

const random = (size: number): Uint8Array => crypto.getRandomValues(new Uint8Array(size))
const machineId = new Uint8Array(16).fill(7)
const keyOf = (generation: number) => ({ generation, key: new Uint8Array(32).fill(generation) })

function runningTpm(): Transport {
  const storage = new MemoryStorage(manufacture({ random }))
  const tpm = Tpm.open({ storage, random, clock: () => 0 })
  tpm.powerOn()
  return { transmit: async (command) => await tpm.execute(command, 0) }
}

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('the TPM of somebody else', () => {
  let folder: string
  let path: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bootlatch-foreign-'))
    path = join(folder, 'vtpm.state')
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  it('stays as it is, while what says which it is goes from generation to generation', async () => {
    const transport = runningTpm()
    const tpms = foreignTpmHost(transport)
    const first = await tpms.manufacture(path, { machineId, ...keyOf(1) })
    await first.close()
    expect(tpms.peek(path)).to.deep.include({ machineId, generation: 1 })
    await (await tpms.open(path, [keyOf(1), keyOf(2)], keyOf(2))).close()
    expect(tpms.peek(path).generation).to.equal(2)
    await tpms.open(path, [keyOf(2), keyOf(3)], keyOf(2))
    expect(tpms.peek(path).generation).to.equal(2)
    await new TpmClient(transport).run(ReadClock, {}, {})
  })

  it('is told from another TPM, and from the agent’s own, before anything is written', async () => {
    await foreignTpmHost(runningTpm()).manufacture(path, { machineId, ...keyOf(1) })
    const other = foreignTpmHost(runningTpm())
    expect(await failure(other.open(path, [keyOf(1), keyOf(2)], keyOf(2)))).to.include({ name: 'ForeignTpmError' })
    expect(other.peek(path).generation).to.equal(1)

    await (await emulatedTpmHost.manufacture(path, { machineId, ...keyOf(1) })).close()
    expect(await failure(other.open(path, [keyOf(1), keyOf(2)], keyOf(2)))).to.include({ name: 'ForeignTpmError' })
    expect(other.peek(path).generation).to.equal(1)
  })

  it('gets no other keys, hands out no state, and is not reset', async () => {
    const tpms = foreignTpmHost(runningTpm())
    const tpm = await tpms.manufacture(path, { machineId, ...keyOf(1) })
    for (const refused of [
      tpms.remake(path, { machineId, ...keyOf(1) }, new Uint8Array(1)),
      tpms.stateOf(path, keyOf(1)),
      tpm.reset(),
    ])
      expect(await failure(refused)).to.include({ name: 'ForeignTpmError' })
  })
})

describe('the record of somebody else’s TPM', () => {
  const ekName = new Uint8Array(34).fill(1)
  const encoded = encodeForeignState({ ekName })

  it('is read as it was written', () => {
    expect(decodeForeignState(encoded)).to.deep.equal({ ekName })
  })
  it('has a Name of one size, and nothing before or behind it', () => {
    expect(() => encodeForeignState({ ekName: ekName.subarray(1) })).to.throw(WireError)
    for (let size = 0; size < encoded.length; size++)
      expect(() => decodeForeignState(encoded.subarray(0, size)), String(size)).to.throw(WireError)
    expect(() => decodeForeignState(Uint8Array.of(...encoded, 0))).to.throw(WireError)
    expect(() => decodeForeignState(Uint8Array.of(0, ...encoded.subarray(1)))).to.throw(WireError)
  })
})
