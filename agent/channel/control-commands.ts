import { type Socket } from 'node:net'
import { type Reader, Writer } from '../../core/bytes/index.ts'
import { type HandedOverData } from './handed-over-data.ts'
import { ReceivingSocket } from './receiving-socket.ts'
import { type SerialTpm } from './serial-tpm.ts'
import { type TpmIdentity, tpmInfo } from './tpm-info.ts'
import { maxLocality, maxMessageBytes } from './virtual-tpm.ts'

/** Result words of the control channel: TPM 1.2 codes, as swtpm answers them. */
export const RESULT = { success: 0x00, badParameter: 0x03, badOrdinal: 0x0a, ioError: 0x1f, badLocality: 0x3d } as const

/** What a control command works on. */
export interface ControlScope {
  readonly tpm: SerialTpm
  readonly identity: TpmIdentity
  /** Locality of the commands on the data channel. It outlives a reset: QEMU sets it once. */
  locality: number
  bufferBytes: number
  readonly handedOver: HandedOverData
}

/** What follows the result word; a number is the result of a command that was refused. */
export type ControlAnswer = Uint8Array | number

/** One command of the control channel. */
export interface ControlCommand {
  readonly name: string
  /** Its bit in the answer to GET_CAPABILITY. */
  readonly capability: bigint
  /** Size of its body. */
  readonly bodyBytes: number
  /** Zero bytes that QEMU sends behind the body, and libtss2-tcti-swtpm does not. */
  readonly padBytes: number
  /** The body is the UINT32 size of more that follows. */
  readonly sizesMore: boolean
  /** TPM_BAD_ORDINAL while the TPM has no power. */
  readonly needsPower: boolean
  /** The answer has no result word. */
  readonly bare: boolean
  readonly run: (scope: ControlScope, body: Reader, client: Socket) => ControlAnswer | Promise<ControlAnswer>
}

/** The longest data of one HASH_DATA (ptm_hdata of swtpm's tpm_ioctl.h). */
export const maxHashDataBytes = 4096
/** The smallest buffer that libtpms offers; QEMU's tpm-crb asks for 0xf80, its tpm-tis for 0x1000. */
const minBufferBytes = 2808
/** GET_CONFIG: the state is encrypted under a key that was given. */
const configStateKey = 1
/** GET_TPMESTABLISHED answers a structure with a flag in front of three bytes of padding; QEMU reads all four. */
const establishedBytes = 4

const nothing = new Uint8Array(0)
const ordinary = { capability: 0n, bodyBytes: 0, padBytes: 0, sizesMore: false, needsPower: false, bare: false }

/** What the control channel knows, by number. GET_CAPABILITY tells no more than stands here. */
export const controlCommands: ReadonlyMap<number, ControlCommand> = new Map<number, ControlCommand>([
  [0x01, { ...ordinary, name: 'GET_CAPABILITY', bare: true, run: getCapability }],
  [0x02, { ...ordinary, name: 'INIT', capability: 1n << 0n, bodyBytes: 4, run: init }],
  [0x03, { ...ordinary, name: 'SHUTDOWN', capability: 1n << 1n, run: stop }],
  [0x04, { ...ordinary, name: 'GET_TPMESTABLISHED', capability: 1n << 2n, needsPower: true, run: getEstablished }],
  [0x05, { ...ordinary, name: 'SET_LOCALITY', capability: 1n << 3n, bodyBytes: 1, padBytes: 3, run: setLocality }],
  [0x06, { ...ordinary, name: 'HASH_START', capability: 1n << 4n, needsPower: true, run: hashStart }],
  [
    0x07,
    {
      ...ordinary,
      name: 'HASH_DATA',
      capability: 1n << 4n,
      bodyBytes: 4,
      sizesMore: true,
      needsPower: true,
      run: hashData,
    },
  ],
  [0x08, { ...ordinary, name: 'HASH_END', capability: 1n << 4n, needsPower: true, run: hashEnd }],
  [0x09, { ...ordinary, name: 'CANCEL_TPM_CMD', capability: 1n << 5n, needsPower: true, run: cancel }],
  [
    0x0b,
    {
      ...ordinary,
      name: 'RESET_TPMESTABLISHED',
      capability: 1n << 7n,
      bodyBytes: 1,
      padBytes: 3,
      needsPower: true,
      run: resetEstablished,
    },
  ],
  [0x0e, { ...ordinary, name: 'STOP', capability: 1n << 10n, run: stop }],
  [0x0f, { ...ordinary, name: 'GET_CONFIG', capability: 1n << 11n, run: getConfig }],
  [0x10, { ...ordinary, name: 'SET_DATAFD', capability: 1n << 12n, run: setDataSocket }],
  [0x11, { ...ordinary, name: 'SET_BUFFERSIZE', capability: 1n << 13n, bodyBytes: 4, run: setBufferSize }],
  [0x12, { ...ordinary, name: 'GET_INFO', capability: 1n << 14n, bodyBytes: 16, run: getInfo }],
])

function getCapability(): ControlAnswer {
  const all = [...controlCommands.values()].reduce((bits, { capability }) => bits | capability, 0n)
  return new Writer().u64(all).done()
}

/** The flag to delete the volatile state asks for nothing: power on always starts without one. */
async function init({ tpm }: ControlScope): Promise<ControlAnswer> {
  await tpm.reset()
  return nothing
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
  if (locality > maxLocality) return RESULT.badLocality
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

function getConfig(): ControlAnswer {
  return new Writer().u32(configStateKey).done()
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
