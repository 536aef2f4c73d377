import { type Socket } from 'node:net'
import { concat, Reader, Writer } from '../../core/bytes/index.ts'
import { busyPoll } from './busy-poll.ts'
import { frameResponse } from './command-intake.ts'
import { type SerialTpm } from './serial-tpm.ts'
import { maxLocality, maxMessageBytes } from './virtual-tpm.ts'

/** What a connection of Microsoft's simulator works on. */
interface MssimScope {
  readonly tpm: SerialTpm
  /** The simulator was told to stop. */
  readonly onStop: () => void
}

/** One operation of a port: the fixed part of its body, and whether that ends with the size of more. */
interface Operation {
  readonly bodyBytes: number
  readonly sizesMore: boolean
  /** Undefined ends the connection without an answer. */
  readonly run: (scope: MssimScope, body: Reader) => Promise<Uint8Array | undefined>
}

const wordBytes = 4
const done = new Writer().u32(0).done()
const unknown = new Writer().u32(1).done()
/** The handshake: the protocol's version, and what the endpoint is: a TPM with a platform port, in the raw. */
const [protocolVersion, endpointFlags] = [1, 3]

const plain = { bodyBytes: 0, sizesMore: false } as const
const sized = { bodyBytes: wordBytes, sizesMore: true } as const

function acting(act: (tpm: SerialTpm) => unknown): Operation['run'] {
  return async ({ tpm }) => {
    await act(tpm)
    return done
  }
}
const nothing = acting(() => undefined)
const sessionEnd: Operation = { ...plain, run: () => Promise.resolve(undefined) }
const stop: Operation = {
  ...plain,
  run: ({ onStop }) => {
    onStop()
    return Promise.resolve(undefined)
  },
}

async function sendCommand({ tpm }: MssimScope, body: Reader): Promise<Uint8Array> {
  const locality = body.u8()
  return frameResponse(await tpm.execute(body.bytes(body.u32()), locality))
}
async function hashData({ tpm }: MssimScope, body: Reader): Promise<Uint8Array> {
  const data = body.bytes(body.u32())
  await tpm.inTurn((raw) => {
    raw.hashData(data)
  })
  return done
}
const hashPin = (pin: 'hashStart' | 'hashEnd'): Operation['run'] =>
  acting((tpm) =>
    tpm.inTurn((raw) => {
      raw[pin](maxLocality)
    }),
  )

/** The command port (TpmTcpProtocol.h of the TPM's reference code). */
const commandPort: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [5, { ...plain, run: hashPin('hashStart') }],
  [6, { ...sized, run: hashData }],
  [7, { ...plain, run: hashPin('hashEnd') }],
  [8, { bodyBytes: 1 + wordBytes, sizesMore: true, run: sendCommand }],
  [
    15,
    {
      bodyBytes: wordBytes,
      sizesMore: false,
      run: () => Promise.resolve(new Writer().u32(protocolVersion).u32(endpointFlags).u32(0).done()),
    },
  ],
  [20, sessionEnd],
  [21, stop],
])

/** The platform port. Clients turn power and NV on at every connection: a TPM that is on takes no notice. */
const platformPort: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [1, { ...plain, run: acting((tpm) => tpm.powerOn()) }],
  [2, { ...plain, run: acting((tpm) => tpm.powerOff()) }],
  [3, { ...plain, run: nothing }],
  [4, { ...plain, run: nothing }],
  [
    9,
    {
      ...plain,
      run: acting((tpm) => {
        tpm.cancel()
      }),
    },
  ],
  [10, { ...plain, run: nothing }],
  [11, { ...plain, run: nothing }],
  [12, { ...plain, run: nothing }],
  [17, { ...plain, run: acting((tpm) => tpm.reset()) }],
  [18, { ...plain, run: acting((tpm) => tpm.reset()) }],
  [20, sessionEnd],
  [21, stop],
])

const ports = { command: commandPort, platform: platformPort } as const

/** Resolves when the client has read what waits for it, or is gone: one that never reads must not fill the memory. */
const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      socket.off('drain', end).off('close', end)
      resolve()
    }
    socket.once('drain', end).once('close', end)
  })

/**
 * Serves one connection of Microsoft's simulator: operations in, answers out, in order. What is no operation is answered by
 * a one and ends the connection, as the simulator does.
 */
export function serveMssim(socket: Socket, port: keyof typeof ports, scope: MssimScope): void {
  let buffered: Uint8Array = new Uint8Array(0)
  let isRunning = false

  /** The next operation with its body; undefined where its rest has not arrived. */
  const next = (): { readonly operation: Operation; readonly body: Uint8Array } | 'unknown' | undefined => {
    if (buffered.length < wordBytes) return undefined
    const reader = new Reader(buffered)
    const operation = ports[port].get(reader.u32())
    if (operation === undefined) return 'unknown'
    const { bodyBytes, sizesMore } = operation
    if (reader.left < bodyBytes) return undefined
    const moreBytes = sizesMore ? new Reader(buffered.subarray(bodyBytes)).u32() : 0
    if (moreBytes > maxMessageBytes) return 'unknown'
    if (reader.left < bodyBytes + moreBytes) return undefined
    const body = reader.bytes(bodyBytes + moreBytes)
    buffered = buffered.subarray(reader.offset)
    return { operation, body }
  }

  const answerAll = async (): Promise<void> => {
    for (let asked = next(); asked !== undefined; asked = next()) {
      const answer = asked === 'unknown' ? undefined : await asked.operation.run(scope, new Reader(asked.body))
      if (asked === 'unknown' || answer === undefined || !socket.writable) {
        socket.end(asked === 'unknown' ? unknown : new Uint8Array(0))
        // Where what still comes is not read, the client's end is not seen, and its connection stays for ever
        socket.off('data', take).resume()
        return
      }
      const isTaken = socket.write(answer)
      busyPoll.answered()
      if (!isTaken) await drained(socket)
    }
    isRunning = false
    socket.resume()
  }

  const take = (chunk: Uint8Array): void => {
    busyPoll.arrived()
    buffered = concat(buffered, chunk)
    if (isRunning) return
    isRunning = true
    socket.pause()
    answerAll().catch(() => socket.destroy())
  }
  socket.on('data', take)
}
