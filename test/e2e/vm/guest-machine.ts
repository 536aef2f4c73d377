import { join } from 'node:path'
import { cap, emulatedTpmHost } from '../../../agent/attest/index.ts'
import { askForKeys, type Released } from '../../../agent/authorize/ask-for-keys.ts'
import { askToStart, type Admitted } from '../../../agent/authorize/ask-to-start.ts'
import { type BootTools } from '../../../agent/authorize/boot-tools.ts'
import { SerialTpm, serveSwtpm } from '../../../agent/channel/index.ts'
import { grpcGateClient } from '../../../agent/gate/index.ts'
import { type Volume } from '../../../agent/unlock/index.ts'
import { bootGateOf } from '../../../agent/unlock/boot-gate-of.ts'
import { StateFile, Tpm } from '../../../agent/vtpm/index.ts'
import { TpmClient } from '../../../core/tpm/index.ts'
import { Guest } from '../../vm/guest.ts'
import { type GuestOrder } from '../../vm/qemu-arguments.ts'
import { FlowMachine, ImpatientClock } from '../flow/machine.ts'

const capPcr = 15
const random = (size: number): Uint8Array => crypto.getRandomValues(new Uint8Array(size))
const identity = { manufacturer: 0x424c5448, firmwareVersion: 1, model: 'Bootlatch' }

/** A machine of QEMU whose TPM the agent serves from outside: the machine measures, and the agent asks for its keys. */
export class GuestMachine {
  readonly agent: FlowMachine
  readonly #folder: string
  #starts = 0

  constructor(name: string, folder: string) {
    this.agent = new FlowMachine(name, emulatedTpmHost, join(folder, 'agent'))
    this.#folder = folder
  }

  /** Starts the machine through both gates. @throws GateError */
  async start(order: GuestOrder, volumes: readonly Volume[]): Promise<Released> {
    const { machine } = this.agent
    const gate = bootGateOf(grpcGateClient, machine)
    const clock = new ImpatientClock()
    const rest = { tpms: emulatedTpmHost, random, clock, deadlineMs: 20_000, tell: () => undefined }
    const tools: BootTools = { machine, gate, ...rest }
    try {
      const admission = await askToStart(tools)
      if (admission.kind === 'rekey') throw new Error('it is to be re-keyed')
      return await this.#boot(tools, admission, order, volumes)
    } finally {
      gate.close()
    }
  }

  async #boot(
    tools: BootTools,
    { bootId, current, next, token }: Admitted,
    order: GuestOrder,
    volumes: readonly Volume[],
  ): Promise<Released> {
    const file = StateFile.open(
      tools.machine.statePath,
      new Map([current, next].map(({ generation, key }) => [generation, key])),
    )
    if (file.generation !== next.generation) file.rekey(next.key, next.generation)
    token.confirm()
    const tpm = new SerialTpm(Tpm.open({ storage: file, random, clock: () => Math.floor(performance.now()) }))
    const folder = join(this.#folder, `start-${(this.#starts += 1)}`)
    const control = { kind: 'unix', path: join(this.#folder, `tpm-${this.#starts}`) } as const
    const server = await serveSwtpm(tpm, { data: undefined, control, identity, onShutdown: () => undefined })
    const guest = await Guest.start(order, folder, control.path)
    try {
      const { log, commandLine } = await guest.booted()
      const client = new TpmClient({ transmit: async (command) => await tpm.execute(command, 0) })
      const measured = { eventLog: log, userspaceLog: new Uint8Array(0), untrustedTexts: [commandLine] }
      try {
        return await askForKeys(tools, client, { bootId, stateGeneration: next.generation, ...measured, volumes })
      } finally {
        await cap(client, capPcr)
      }
    } finally {
      await guest.kill()
      await server.close()
      await tpm.powerOff()
      file.close()
    }
  }
}
