import { expect } from 'chai'
import { SwtpmTransport } from '../../../agent/channel/index.ts'
import { concat } from '../../../core/bytes/index.ts'
import {
  ALG,
  handleName,
  NT,
  NV_DefineSpace,
  NV_Increment,
  NV_Read,
  NV_ReadPublic,
  NV_Write,
  passwordSession,
  RH,
  Startup,
  SU,
  TPMA_NV,
  TpmClient,
} from '../../../core/tpm/index.ts'
import { Scratch } from './scratch.ts'
import { newTpmFolder, serveTpm, type TpmProcess } from './tpm-process.ts'

const recordIndex = 0x01500010
const counterIndex = 0x01500011
const recordBytes = 64
const rounds = 6
const owner = { handle: RH.owner, name: handleName(RH.owner), auth: passwordSession() }
const access = ['ownerRead', 'ownerWrite', 'authRead', 'authWrite', 'noDA'] as const

/** A record whose every four bytes are its number: one half old and half new is seen. */
function record(number: number): Uint8Array {
  const word = Uint8Array.of(number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff)
  return concat(...Array.from({ length: recordBytes / word.length }, () => word))
}

describe('a TPM process that is killed while it writes', () => {
  const scratch = new Scratch()
  let folder: string
  let tpm: TpmProcess
  let transport: SwtpmTransport
  let client: TpmClient

  async function start(): Promise<void> {
    tpm = await scratch.started(serveTpm(folder))
    transport = new SwtpmTransport({ kind: 'tcp', host: '127.0.0.1', port: tpm.port })
    client = new TpmClient(transport)
    await client.run(Startup, {}, { startupType: SU.clear })
  }

  async function define(nvIndex: number, nt: number, dataSize: number): Promise<void> {
    const attributes = { ...TPMA_NV.of(...access), nt }
    const publicInfo = { nvIndex, nameAlg: ALG.sha256, attributes, authPolicy: new Uint8Array(0), dataSize }
    await client.run(NV_DefineSpace, { authHandle: owner }, { auth: new Uint8Array(0), publicInfo })
  }

  async function index(handle: number): Promise<{ handle: number; name: Uint8Array }> {
    const nvIndex = { handle, name: new Uint8Array(0) }
    return { handle, name: (await client.run(NV_ReadPublic, { nvIndex }, {})).nvName }
  }

  async function read(handle: number, size: number): Promise<Uint8Array> {
    const handles = { authHandle: owner, nvIndex: await index(handle) }
    return (await client.run(NV_Read, handles, { size, offset: 0 })).data
  }

  before(async () => {
    folder = scratch.folder()
    newTpmFolder(folder)
    await start()
    await define(recordIndex, NT.ordinary, recordBytes)
    await define(counterIndex, NT.counter, 8)
  })

  it('has every write that it acknowledged, and no half of one', async () => {
    let written = 0
    for (let round = 0; round < rounds; round += 1) {
      const [nvIndex, enough] = [await index(recordIndex), written + 1 + Math.floor(Math.random() * 40)]
      const write = (number: number): Promise<unknown> =>
        client.run(NV_Write, { authHandle: owner, nvIndex }, { data: record(number), offset: 0 })
      await write((written += 1))
      while (written < enough) await write((written += 1))
      const inFlight = write(written + 1).then(
        () => 1,
        () => 0,
      )
      await tpm.end('SIGKILL')
      const acknowledged = written + (await inFlight)
      transport.close()
      await start()
      const found = await read(recordIndex, recordBytes)
      const number = new DataView(found.buffer, found.byteOffset).getUint32(0)
      expect(found).to.deep.equal(record(number))
      expect(number).to.be.within(acknowledged, written + 1)
      written = number
    }
  })

  it('has a counter that never goes back', async () => {
    let last = 0n
    for (let round = 0; round < rounds; round += 1) {
      const nvIndex = await index(counterIndex)
      const increment = (): Promise<unknown> => client.run(NV_Increment, { authHandle: owner, nvIndex }, {})
      for (let i = 0; i < 5; i += 1) await increment()
      const counted = await read(counterIndex, 8)
      const value = new DataView(counted.buffer, counted.byteOffset).getBigUint64(0)
      expect(value > last).to.equal(true)
      last = value
      const inFlight = increment().catch(() => undefined)
      await tpm.end('SIGKILL')
      await inFlight
      transport.close()
      await start()
    }
  })
})
