import { expect } from 'chai'
import { SocketClient } from '../../unit/agent/channel/socket-client.ts'
import { Scratch } from './scratch.ts'
import { newTpmFolder, serveTpm, startSwtpm, type TpmProcess } from './tpm-process.ts'

const word = (value: number): string => value.toString(16).padStart(8, '0')
const word64 = (value: number): string => value.toString(16).padStart(16, '0')

type Exchange = readonly [name: string, request: string]

const INIT = '00000002'
const STOP = '0000000e'
const HASH_START = '00000006'
const HASH_DATA = '00000007'
const HASH_END = '00000008'
const GET_ESTABLISHED = '00000004'
const SET_LOCALITY = '00000005'
const RESET_ESTABLISHED = '0000000b'
const GET_BLOB = '0000000c'
const SET_BLOB = '0000000d'
const SET_BUFFERSIZE = '00000011'
const GET_INFO = '00000012'

/** Whatever the power: the first byte too few, the whole, and one byte too many of each. */
const anyTime: readonly Exchange[] = [
  ['nothing', ''],
  ['three bytes', '000000'],
  ['a command 0', word(0)],
  ['a command that nobody knows', word(0x14)],
  ['the largest command', 'ffffffff'],
  ['INIT without flags', INIT],
  ['INIT with half its flags', INIT + '0000'],
  ['INIT with more behind', INIT + word(0) + '00'],
  ['SHUTDOWN with more behind', '00000003' + '00'],
  ['GET_TPMESTABLISHED with more behind', GET_ESTABLISHED + '00'],
  ['SET_LOCALITY without one', SET_LOCALITY],
  ...[0, 1, 4, 5, 255].map((locality): Exchange => [
    `SET_LOCALITY ${locality}`,
    SET_LOCALITY + word(locality).slice(6),
  ]),
  ['SET_LOCALITY, padded', SET_LOCALITY + '04000000'],
  ['SET_LOCALITY 0', SET_LOCALITY + '00'],
  ['HASH_START with more behind', HASH_START + '00'],
  ['HASH_DATA without a size', HASH_DATA],
  ['HASH_DATA with half a size', HASH_DATA + '0000'],
  ['HASH_END with more behind', HASH_END + '00'],
  ['CANCEL_TPM_CMD', '00000009'],
  ['CANCEL_TPM_CMD with more behind', '0000000900'],
  ['STORE_VOLATILE with more behind', '0000000a00'],
  ['RESET_TPMESTABLISHED without a locality', RESET_ESTABLISHED],
  ...[0, 1, 2, 3, 4, 5, 255].map((locality): Exchange => [
    `RESET_TPMESTABLISHED ${locality}`,
    RESET_ESTABLISHED + word(locality).slice(6),
  ]),
  ['RESET_TPMESTABLISHED, padded', RESET_ESTABLISHED + '03000000'],
  ['GET_STATEBLOB cut off', GET_BLOB + word(0) + word(1) + '0000'],
  ...[0, 3, 4, 0xffffffff].map((type): Exchange => [
    `GET_STATEBLOB of type ${type}`,
    GET_BLOB + word(0) + word(type) + word(0),
  ]),
  ['GET_STATEBLOB beyond its end', GET_BLOB + word(0) + word(1) + word(0x100000)],
  ['SET_STATEBLOB cut off in its header', SET_BLOB + word(0) + word(1) + '00'],
  ['SET_STATEBLOB cut off in its data', SET_BLOB + word(0) + word(1) + word(8) + '0011'],
  ...[0, 4, 0xffffffff].map((type): Exchange => [
    `SET_STATEBLOB of type ${type}`,
    SET_BLOB + word(0) + word(type) + word(0),
  ]),
  ['SET_STATEBLOB of type 3, empty', SET_BLOB + word(0) + word(3) + word(0)],
  ['SET_STATEBLOB of type 3', SET_BLOB + word(0) + word(3) + word(2) + 'aabb'],
  ['SET_STATEBLOB of no blob', SET_BLOB + word(0) + word(1) + word(4) + '01020304'],
  ['SET_STATEBLOB of no volatile blob', SET_BLOB + word(0) + word(2) + word(4) + '01020304'],
  ['SET_STATEBLOB, empty', SET_BLOB + word(0) + word(2) + word(0)],
  ['GET_CONFIG with more behind', '0000000f00'],
  ['SET_BUFFERSIZE without a size', SET_BUFFERSIZE],
  ['SET_BUFFERSIZE with half a size', SET_BUFFERSIZE + '0000'],
  ...[1, 0xaf7, 0xf80, 0x1000, 0x1001, 0xffffffff, 0].map((size): Exchange => [
    `SET_BUFFERSIZE ${size}`,
    SET_BUFFERSIZE + word(size),
  ]),
  ['SET_BUFFERSIZE with more behind', SET_BUFFERSIZE + word(0) + '00'],
  ['GET_INFO cut off', GET_INFO + word64(1) + word(0)],
  ...[0, 1, 8].map((flags): Exchange => [`GET_INFO ${flags}`, GET_INFO + word64(flags) + word(0) + word(0)]),
  ['GET_INFO from an offset', GET_INFO + word64(1) + word(7) + word(0)],
  ['GET_INFO with more behind', GET_INFO + word64(1) + word(0) + word(0) + '00'],
  ['GET_INFO past the end', GET_INFO + word64(1) + word(0x1000) + word(0)],
]

/** A dynamic launch, and what ends one. */
const launches: readonly Exchange[] = [
  ['HASH_DATA without a start', HASH_DATA + word(2) + 'aabb'],
  ['HASH_END without a start', HASH_END],
  ['HASH_START', HASH_START],
  ['tpmEstablished after the start', GET_ESTABLISHED],
  ['HASH_START again', HASH_START],
  ['HASH_DATA of nothing', HASH_DATA + word(0)],
  ['HASH_DATA', HASH_DATA + word(2) + 'aabb'],
  ['HASH_END', HASH_END],
  ['HASH_END again', HASH_END],
  ['tpmEstablished', GET_ESTABLISHED],
]

const muchToHash: readonly Exchange[] = [
  ['HASH_START', HASH_START],
  ['HASH_DATA, much', HASH_DATA + word(0x2000) + '5a'.repeat(0x2000)],
  ['HASH_END', HASH_END],
]

/** Takes away what the exchanges before left. */
const power: readonly Exchange[] = [
  ['STOP', STOP],
  ['STOP with more behind', STOP + '00'],
  ['STOP again', STOP],
]

const startup = '80010000000c000001440000'
const readPcrs = (selection: string): string => `8001000000140000017e00000001000b${selection}`
const framed = (locality: number, command: string): string =>
  word(8) + word(locality).slice(6) + word(command.length / 2) + command
const extend = (pcr: number): string =>
  `80020000004100000182${word(pcr)}00000009400000090000000000` + `00000001000b${'11'.repeat(32)}`
const reset = (pcr: number): string => `80020000001b0000013d${word(pcr)}00000009400000090000000000`

const flush = (handle: string, behind: string): string =>
  `8001${word(14 + behind.length / 2)}00000165${handle}${behind}`
const loadContext = (handle: string, behind: string): string =>
  `8001${word(28 + behind.length / 2)}00000161${word64(1)}${handle}400000070000${behind}`

const data: readonly Exchange[] = [
  ...['0200003f', '02000040', '0300003f', '03ffffff', '80000002', '80000003', '40000001'].flatMap((handle) =>
    ['', '00'].flatMap((behind): readonly Exchange[] => [
      [`flushing ${handle}, ${behind} behind`, flush(handle, behind)],
      [`a context of ${handle}, ${behind} behind`, loadContext(handle, behind)],
    ]),
  ),
  ['nothing', ''],
  ['four bytes', '80010000'],
  ['a header that says too little', '8001000000090000017b'],
  ['a header that says too much', '8001000000ff0000017b'],
  ['two commands at once', startup + startup],
  ['a command that nobody knows', '80010000000a00001234'],
  ['a tag that nobody knows', 'ffff0000000a0000017b'],
  ['more than the longest command', `800100001001000001440000${'00'.repeat(4085)}`],
  ['reading PCRs 0 and 17', readPcrs('03010002')],
  ['a frame', framed(0, readPcrs('03010002'))],
  ['a frame that says another size', word(8) + '00' + word(3) + readPcrs('03010002')],
  ['a frame of nothing', word(8) + '00' + word(0)],
  ['a frame of half a command', word(8) + '00' + word(20) + readPcrs('03010002').slice(0, 24)],
  ...[0, 1, 2, 3, 4, 255].map((locality): Exchange => [
    `extending PCR 17 at locality ${locality}`,
    framed(locality, extend(17)),
  ]),
  ...[0, 4, 255].map((locality): Exchange => [`extending PCR 0 at locality ${locality}`, framed(locality, extend(0))]),
  ['reading PCRs 0 and 17 again', readPcrs('03010002')],
  ...[0, 1, 2, 3, 4].flatMap((locality) =>
    [0, 16, 17, 19, 20, 21, 23].map((pcr): Exchange => [
      `resetting PCR ${pcr} at locality ${locality}`,
      framed(locality, reset(pcr)),
    ]),
  ),
  ['reading PCRs 16 to 23', readPcrs('030000ff')],
]

describe('swtpm sockets beside swtpm', () => {
  const scratch = new Scratch()
  let own: TpmProcess
  let reference: TpmProcess

  before(async () => {
    const folder = scratch.folder()
    newTpmFolder(folder)
    own = await scratch.started(serveTpm(folder))
    reference = await scratch.started(startSwtpm(scratch.folder()))
  })

  /** All that comes before the other side closes. */
  async function answerTo(port: number, request: string): Promise<string> {
    const client = await SocketClient.to({ kind: 'tcp', host: '127.0.0.1', port })
    client.send(request)
    client.socket.end()
    return client.closed()
  }
  async function sameAnswers(exchanges: readonly Exchange[], channel: 0 | 1): Promise<void> {
    for (const [name, request] of exchanges) {
      const [ours, theirs] = [own.port + channel, reference.port + channel]
      expect(await answerTo(ours, request), name).to.equal(await answerTo(theirs, request))
    }
  }
  const control = (exchanges: readonly Exchange[]): Promise<void> => sameAnswers(exchanges, 1)
  /** In swtpm the locality of a frame holds until another is set; here for its command alone. */
  const commands = async (exchanges: readonly Exchange[]): Promise<void> => {
    await sameAnswers(exchanges, 0)
    await control([['SET_LOCALITY 0', SET_LOCALITY + '00']])
  }

  it('answer alike without power', async () => {
    await control(power)
    await control(anyTime)
    await control(launches)
    await control([
      ['GET_TPMESTABLISHED', GET_ESTABLISHED],
      ['GET_STATEBLOB', GET_BLOB + word(0) + word(1) + word(0)],
      ['STORE_VOLATILE', '0000000a'],
    ])
    await commands([
      ['a command', readPcrs('03010002')],
      ['half a header', '8001'],
      ['a command in a frame', framed(0, readPcrs('03010002'))],
    ])
  })

  it('answer alike before Startup', async () => {
    await control([['INIT', INIT + word(0)]])
    await control(anyTime)
    await commands(data)
    await control(launches)
    await control(muchToHash)
  })

  it('answer alike after a launch that comes before Startup', async () => {
    await control([['INIT', INIT + word(0)]])
    await control(muchToHash)
    await commands([
      ['Startup', startup],
      ['reading PCRs 0 and 17, and the count of their changes', readPcrs('03010002')],
    ])
  })

  it('answer alike after Startup', async () => {
    await control([['INIT', INIT + word(0)]])
    await commands([['Startup', startup]])
    await control(anyTime)
    await commands(data)
    await control(launches)
    await control(muchToHash)
    await commands(data)
  })

  it('take no longer commands than the buffer that was set', async () => {
    await control([
      ['STOP', STOP],
      ['SET_BUFFERSIZE 3000', SET_BUFFERSIZE + word(3000)],
      ['INIT', INIT + word(0)],
    ])
    const ofSize = (size: number, tag = '8001'): string => `${tag}${word(size)}0000017b`.padEnd(2 * size, '0')
    await commands([
      ['a longer one before Startup', ofSize(3001)],
      ['Startup', startup],
      ['the sizes', `800100000016${word(0x17a)}${word(6)}${word(0x11e)}${word(2)}`],
      ['as long', ofSize(3000)],
      ['a longer one', ofSize(3001)],
      ['the longest of all', ofSize(4096)],
      ['a longer one of another tag', ofSize(3001, '1234')],
    ])
    await control([
      ['STOP', STOP],
      ['SET_BUFFERSIZE 4096', SET_BUFFERSIZE + word(4096)],
    ])
  })

  it('go on alike after INIT with stored state', async () => {
    await control([
      ['INIT', INIT + word(0)],
      ['STORE_VOLATILE before Startup', '0000000a'],
      ['INIT', INIT + word(0)],
    ])
    await commands([['Startup', startup]])
    await commands(data)
    await control([['STORE_VOLATILE', '0000000a']])
    await commands([['extending PCR 0', extend(0)]])
    for (const flags of [0, 0, 1, 0]) {
      await control([[`INIT ${flags}`, INIT + word(flags)]])
      await commands([['reading PCRs 0 and 17', readPcrs('03010002')]])
    }
  })
})
