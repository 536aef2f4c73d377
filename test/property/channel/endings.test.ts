import { expect } from 'chai'
import fc from 'fast-check'
import { setImmediate } from 'node:timers/promises'
import { type MssimServer, presentMssim } from '../../../agent/channel/mssim-server.ts'
import { SerialTpm } from '../../../agent/channel/serial-tpm.ts'
import { serveSwtpm, type SwtpmServer } from '../../../agent/channel/swtpm-server.ts'
import { type Endpoint, type TcpEndpoint } from '../../../agent/sockets/index.ts'
import { concat, fromHex } from '../../../core/bytes/index.ts'
import { commandBytes, longCommand, RecordingTpm } from '../../unit/agent/channel/recording-tpm.ts'
import { freePort, freeSocket, scratchFolder } from '../../unit/agent/channel/scratch.ts'
import { SocketClient } from '../../unit/agent/channel/socket-client.ts'

const cheap = commandBytes(0x17b, 0, 8)
const identity = { manufacturer: 0x424c5448, firmwareVersion: 0x20261122, model: 'Bootlatch' }
const framed = (command: Uint8Array): Uint8Array =>
  concat(Uint8Array.of(0, 0, 0, 8, 0, 0, 0, 0, command.length), command)

/** What a client sends, by where it is connected. */
const messages = {
  data: [cheap, longCommand, framed(longCommand), cheap.slice(0, 5), cheap.slice(5)],
  // SET_LOCALITY, CANCEL_TPM_CMD, STOP, INIT, half of INIT, HASH_START, GET_INFO without its body
  control: ['0000000500', '00000009', '0000000e', '0000000200000000', '00000002', '00000006', '00000012'].map(fromHex),
  // commands, half of one, the start of a launch, the end of the session
  command: [framed(cheap), framed(longCommand), framed(cheap).slice(0, 11), fromHex('00000005'), fromHex('00000014')],
  // power on and off, cancel, reset, the end of the session
  platform: ['00000001', '00000002', '00000009', '00000011', '00000014'].map(fromHex),
} as const
type Place = keyof typeof messages

const places = Object.keys(messages) as readonly Place[]
const client = fc.integer({ min: 0, max: 2 })
/** One thing that happens, to one of three clients or to the TPM. */
const event = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('connect' as const), client, place: fc.constantFrom(...places) }),
  },
  { weight: 6, arbitrary: fc.record({ what: fc.constant('send' as const), client, message: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('end' as const), client }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('vanish' as const), client }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('finish' as const) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('pause' as const) }) },
)
type Happening = typeof event extends fc.Arbitrary<infer T> ? T : never

describe('connections that end in any order', () => {
  const folder = scratchFolder()
  const raw = new RecordingTpm()
  const tpm = new SerialTpm(raw)
  let swtpm: SwtpmServer
  let mssim: MssimServer
  let endpoints: Readonly<Record<Place, Endpoint>>

  before(async () => {
    const onShutdown = (): void => undefined
    const [data, control] = [freeSocket(folder), freeSocket(folder)]
    swtpm = await serveSwtpm(tpm, { data, control, identity, onShutdown })
    const command: TcpEndpoint = { kind: 'tcp', host: '127.0.0.1', port: await freePort() }
    mssim = await presentMssim(tpm, command, onShutdown)
    endpoints = { data, control, command, platform: { ...command, port: command.port + 1 } }
  })

  after(async () => {
    await swtpm.close()
    await mssim.close()
  })

  class Scene {
    readonly #clients: ({ readonly place: Place; readonly client: SocketClient } | undefined)[] = []

    async play(happening: Happening): Promise<void> {
      if (happening.what === 'finish') raw.finish()
      else if (happening.what === 'pause') await setImmediate()
      else if (happening.what === 'connect') {
        this.#clients[happening.client]?.client.close()
        const { place } = happening
        this.#clients[happening.client] = { place, client: await SocketClient.to(endpoints[place]) }
      } else this.#playOn(happening)
    }

    #playOn(happening: Extract<Happening, { what: 'send' | 'end' | 'vanish' }>): void {
      const found = this.#clients[happening.client]
      if (found === undefined) return
      if (happening.what === 'end') found.client.socket.end()
      else if (happening.what === 'vanish') found.client.close()
      else {
        const choices = messages[found.place]
        found.client.send(choices[happening.message % choices.length] ?? cheap)
      }
    }

    /** Everybody has said all; resolves when each was let go. */
    async close(): Promise<void> {
      const clients = this.#clients.flatMap((each) => each?.client ?? [])
      for (const { socket } of clients) socket.end()
      await Promise.all(clients.map((each) => each.closed()))
    }
  }

  it('let each client go, and the next be answered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 14 }), async (happenings) => {
        raw.powered = true
        raw.finishesLong = false
        const scene = new Scene()
        for (const happening of happenings) await scene.play(happening)
        raw.finishesLong = true
        raw.finish()
        await scene.close()
        const next = await SocketClient.to(endpoints.data)
        expect((await next.ask(cheap, 10)).length).to.equal(20)
        next.close()
        await next.closed()
      }),
      { numRuns: 100 },
    )
  })
})
