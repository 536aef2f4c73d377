import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { fromHex } from '../../core/bytes/index.ts'
import {
  ALG,
  CAP,
  digest,
  GetCapability,
  GetRandom,
  named,
  passwordSession,
  PCR_Extend,
  PCR_Read,
  SelfTest,
  selectPcrs,
  Startup,
  SU,
  TpmClient,
} from '../../core/tpm/index.ts'

const init = fromHex('0000000200000000')
const commandsOfBoot = 100

/** What firmware asks of a TPM while it starts a machine, as bytes: Startup, then its eight commands over and over. */
export const bootCommands: readonly Uint8Array[] = await encoded()

async function encoded(): Promise<Uint8Array[]> {
  const sent: Uint8Array[] = []
  const transmit = (command: Uint8Array): Promise<Uint8Array> => {
    sent.push(command.slice())
    return Promise.reject(new Error('nobody answers'))
  }
  const tpm = new TpmClient({ transmit })
  const pcrs = [selectPcrs(ALG.sha256, [0, 1, 2, 3, 4, 5, 6, 7])]
  const extend = (pcr: number): Promise<unknown> =>
    tpm.run(
      PCR_Extend,
      { pcrHandle: { ...named(pcr), auth: passwordSession() } },
      { digests: [{ hashAlg: ALG.sha256, digest: digest(ALG.sha256, Uint8Array.of(pcr)) }] },
    )
  const mix = [
    () => tpm.run(SelfTest, {}, { fullTest: 1 }),
    () => tpm.run(GetCapability, {}, { capability: CAP.pcrs, property: 0, propertyCount: 1 }),
    () => tpm.run(GetCapability, {}, { capability: CAP.tpmProperties, property: 0x100, propertyCount: 64 }),
    () => extend(0),
    () => extend(2),
    () => extend(7),
    () => tpm.run(PCR_Read, {}, { pcrSelectionIn: pcrs }),
    () => tpm.run(GetRandom, {}, { bytesRequested: 32 }),
  ]
  const acts = [() => tpm.run(Startup, {}, { startupType: SU.clear })]
  while (acts.length < commandsOfBoot) acts.push(mix[(acts.length - 1) % mix.length] as (typeof acts)[0])
  for (const act of acts) await act().catch(() => undefined)
  return sent
}

/** A machine, as its TPM sees it: a control and a data connection, as QEMU has them. */
export class Guest {
  readonly #control: Socket
  readonly #data: Socket

  private constructor(control: Socket, data: Socket) {
    this.#control = control
    this.#data = data
  }

  static async at(folder: string, name: string): Promise<Guest> {
    const sockets = ['c', 'd'].map((kind) => connect({ path: `${join(folder, name)}.${kind}` }))
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    const [control, data] = sockets as [Socket, Socket]
    return new Guest(control, data)
  }

  async powerOn(): Promise<void> {
    const response = await exchange(this.#control, init)
    if (response.readUInt32BE(0) !== 0) throw new Error(`no power: 0x${response.toString('hex')}`)
  }

  /** @throws Error where the TPM refuses. */
  async run(command: Uint8Array | undefined): Promise<void> {
    if (command === undefined) throw new TypeError('a command')
    const response = await exchange(this.#data, command)
    const code = response.readUInt32BE(6)
    if (code !== 0) throw new Error(`refused: 0x${code.toString(16)}`)
  }

  close(): void {
    this.#control.destroy()
    this.#data.destroy()
  }
}

/** Responses are short and sent in one write. */
function exchange(socket: Socket, request: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const gone = (): void => {
      reject(new Error('the TPM is gone'))
    }
    socket.once('close', gone).once('data', (response) => {
      socket.off('close', gone)
      resolve(response)
    })
    socket.write(request)
  })
}
