import { type Socket } from 'node:net'
import { type Reader, Writer } from '../../core/bytes/index.ts'
import { ReceivingSocket } from '../sockets/index.ts'
import { type ControlAnswer, RESULT } from './control-result.ts'
import { type HandedOverData } from './handed-over-data.ts'
import { answerOf, type BlobScope, getBlob, maxBlobBytes, setBlob, storeVolatile } from './state-blobs.ts'
import { type TpmIdentity, tpmInfo } from './tpm-info.ts'
import { maxLocality, maxMessageBytes } from './virtual-tpm.ts'

/** What a control command works on. */
export interface ControlScope extends BlobScope {
  readonly identity: TpmIdentity
  /** Locality of the commands on the data channel. It outlives a reset: QEMU sets it once. */
  locality: number
  readonly highestLocality: number
  /** The state leaves under a key of its own. */
  readonly hasMigrationKey: boolean
  bufferBytes: number
  readonly handedOver: HandedOverData
}

/** One command of the control channel. */
export interface ControlCommand {
  readonly name: string
  /** Its bit in the answer to GET_CAPABILITY. */
  readonly capability: bigint
  /** Size of its body. */
  readonly bodyBytes: number
  /** The body ends with the UINT32 size of more that follows. */
  readonly maxMoreBytes: number
  /** Whether bytes behind the body are refused; else they are padding. */
  readonly isExact: boolean
  /** Whether a body that comes in pieces is refused. */
  readonly isWhole: boolean
  /** TPM_BAD_ORDINAL while the TPM has no power. */
  readonly needsPower: boolean
  /** TPM_BAD_ORDINAL where the TPM's state stays where it is. */
  readonly needsMover: boolean
  /** The answer has its own result word, or none. */
  readonly isBare: boolean
  readonly run: (scope: ControlScope, body: Reader, client: Socket) => ControlAnswer | Promise<ControlAnswer>
}

/** The longest data of one HASH_DATA; swtpm's own client sends 4096 bytes at a time. */
const maxHashDataBytes = 1 << 16
/** The smallest buffer that libtpms offers; QEMU's tpm-crb asks for 0xf80, its tpm-tis for 0x1000. */
const minBufferBytes = 2808
/** GET_CONFIG: the state has a key, and another one where it leaves. */
const [stateKey, migrationKey] = [1, 2]
/** GET_TPMESTABLISHED answers a structure with a flag in front of three bytes of padding; QEMU reads all four. */
const establishedBytes = 4

const nothing = new Uint8Array(0)
/** INIT: the volatile state that was stored is gone on with and then deleted. */
const deleteVolatile = 1

const ordinary = {
  capability: 0n,
  bodyBytes: 0,
  maxMoreBytes: 0,
  isExact: false,
  isWhole: false,
  needsPower: false,
  needsMover: false,
  isBare: false,
} as const
const exact = { ...ordinary, isExact: true } as const
const powered = { ...ordinary, needsPower: true } as const
const exactPowered = { ...exact, needsPower: true } as const
const whole = { ...ordinary, isWhole: true } as const

/** What the control channel knows, by number. GET_CAPABILITY tells no more than stands here. */
export const controlCommands: ReadonlyMap<number, ControlCommand> = new Map<number, ControlCommand>([
  [0x01, { ...ordinary, name: 'GET_CAPABILITY', isBare: true, run: getCapability }],
  [0x02, { ...exact, name: 'INIT', capability: 1n << 0n, bodyBytes: 4, run: init }],
  [0x03, { ...exact, name: 'SHUTDOWN', capability: 1n << 1n, run: stop }],
  [0x04, { ...exactPowered, name: 'GET_TPMESTABLISHED', capability: 1n << 2n, run: getEstablished }],
  [0x05, { ...ordinary, name: 'SET_LOCALITY', capability: 1n << 3n, bodyBytes: 1, run: setLocality }],
  [0x06, { ...exactPowered, name: 'HASH_START', capability: 1n << 4n, run: hashStart }],
  [
    0x07,
    {
      ...powered,
      name: 'HASH_DATA',
      capability: 1n << 4n,
      bodyBytes: 4,
      maxMoreBytes: maxHashDataBytes,
      run: hashData,
    },
  ],
  [0x08, { ...exactPowered, name: 'HASH_END', capability: 1n << 4n, run: hashEnd }],
  [0x09, { ...exactPowered, name: 'CANCEL_TPM_CMD', capability: 1n << 5n, run: cancel }],
  [0x0a, { ...exactPowered, name: 'STORE_VOLATILE', capability: 1n << 6n, needsMover: true, run: storeVolatile }],
  [0x0b, { ...powered, name: 'RESET_TPMESTABLISHED', capability: 1n << 7n, bodyBytes: 1, run: resetEstablished }],
  [
    0x0c,
    {
      ...powered,
      name: 'GET_STATEBLOB',
      capability: 1n << 8n,
      bodyBytes: 12,
      needsMover: true,
      isBare: true,
      run: getBlob,
    },
  ],
  [
    0x0d,
    {
      ...ordinary,
      name: 'SET_STATEBLOB',
      capability: 1n << 9n,
      bodyBytes: 12,
      maxMoreBytes: maxBlobBytes,
      needsMover: true,
      run: setBlob,
    },
  ],
  [0x0e, { ...exact, name: 'STOP', capability: 1n << 10n, run: stop }],
  [0x0f, { ...exact, name: 'GET_CONFIG', capability: 1n << 11n, run: getConfig }],
  [0x10, { ...ordinary, name: 'SET_DATAFD', capability: 1n << 12n, run: setDataSocket }],
  [0x11, { ...whole, name: 'SET_BUFFERSIZE', capability: 1n << 13n, bodyBytes: 4, run: setBufferSize }],
  [0x12, { ...whole, name: 'GET_INFO', capability: 1n << 14n, bodyBytes: 16, run: getInfo }],
  [0x13, { ...whole, name: 'LOCK_STORAGE', capability: 1n << 16n, bodyBytes: 4, run: lockStorage }],
])

/** The frame of Microsoft's simulator on the data socket, which is no command. */
const sendCommandHeader = 1n << 15n

function getCapability({ mover }: ControlScope): ControlAnswer {
  const known = [...controlCommands.values()].filter(({ needsMover }) => !needsMover || mover !== undefined)
  return new Writer().u64(known.reduce((bits, { capability }) => bits | capability, sendCommandHeader)).done()
}

function init({ tpm, mover, bufferBytes }: ControlScope, body: Reader): Promise<ControlAnswer> {
  const forgetStored = (body.u32() & deleteVolatile) !== 0
  return answerOf(async () => {
    const room = { maxMessageBytes: bufferBytes }
    await tpm.reset((raw) => (mover === undefined ? raw.powerOn(room) : mover.powerOn({ forgetStored, ...room })))
    return nothing
  })
}

async function stop({ tpm }: ControlScope): Promise<ControlAnswer> {
  await tpm.powerOff()
  return nothing
}

function getEstablished({ tpm }: ControlScope): ControlAnswer {
  const answer = new Uint8Array(establishedBytes)
  answer[0] = tpm.tpmEstablished ? 1 : 0
  return answer
}

/** Locality 4 belongs to the launch hardware, 3 to what it started (PC Client profile, 5.1.1). */
function resetEstablished({ tpm }: ControlScope, body: Reader): ControlAnswer | Promise<ControlAnswer> {
  const locality = body.u8()
  if (locality !== 3 && locality !== maxLocality) return RESULT.badLocality
  return tpm.inTurn((raw) => {
    raw.resetEstablished(locality)
    return nothing
  })
}

function setLocality(scope: ControlScope, body: Reader): ControlAnswer {
  const locality = body.u8()
  if (locality > scope.highestLocality) return RESULT.badLocality
  scope.locality = locality
  return nothing
}

function hashStart({ tpm }: ControlScope): ControlAnswer | Promise<ControlAnswer> {
  return tpm.inTurn((raw) => {
    raw.hashStart(maxLocality)
    return nothing
  })
}

function hashData({ tpm }: ControlScope, body: Reader): ControlAnswer | Promise<ControlAnswer> {
  const data = body.bytes(body.u32())
  return tpm.inTurn((raw) => {
    raw.hashData(data)
    return nothing
  })
}

function hashEnd({ tpm }: ControlScope): ControlAnswer | Promise<ControlAnswer> {
  return tpm.inTurn((raw) => {
    raw.hashEnd(maxLocality)
    return nothing
  })
}

function cancel({ tpm }: ControlScope): ControlAnswer {
  tpm.cancel()
  return nothing
}

function getConfig({ hasMigrationKey }: ControlScope): ControlAnswer {
  return new Writer().u32(hasMigrationKey ? stateKey | migrationKey : stateKey).done()
}

/** What QEMU does in place of a connection to the data socket: it passes one end of a pair, along with the command. */
function setDataSocket({ handedOver }: ControlScope, _body: Reader, client: Socket): ControlAnswer {
  const passed = client instanceof ReceivingSocket ? client.takePassed() : undefined
  if (passed === undefined) return RESULT.ioError
  if (handedOver.serve(passed)) return nothing
  passed.destroy()
  return RESULT.ioError
}

/** Size 0 asks; another is brought into the range, and only while there is no power. */
function setBufferSize(scope: ControlScope, body: Reader): ControlAnswer {
  const size = body.u32()
  if (size > 0) {
    if (scope.tpm.powered) return RESULT.badOrdinal
    scope.bufferBytes = Math.min(Math.max(size, minBufferBytes), maxMessageBytes)
  }
  return new Writer().u32(scope.bufferBytes).u32(minBufferBytes).u32(maxMessageBytes).done()
}

function getInfo({ identity }: ControlScope, body: Reader): ControlAnswer {
  const [flags, offset] = [body.u64(), body.u32()]
  const text = tpmInfo(identity, flags)
  if (offset >= text.length) return RESULT.badParameter
  const rest = text.subarray(offset)
  return new Writer().u32(text.length).u32(rest.length).bytes(rest).done()
}

/** The folder of the state is locked as long as this process runs. */
function lockStorage(): ControlAnswer {
  return nothing
}
