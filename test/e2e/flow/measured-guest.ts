import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { activeBanks, extendPcr, measureInto, openTpm, parseTpmAddress, readPcrs } from '../../../agent/boot/index.ts'
import { recordedBoot } from '../../../agent/boot/index.ts'
import { writeUserspaceLog, type PcrBanks, type UserspaceRecord } from '../../../core/eventlog/index.ts'
import { digest, TpmClient, type Transport } from '../../../core/tpm/index.ts'
import { newTpmFolder, serveTpm, startSwtpm, type TpmProcess } from '../tpm-tools/tpm-process.ts'
import { runAgent, type AgentEnded } from './agent-process.ts'

/** Whose TPM the machine has. */
export const tpmMakers = {
  'our own TPM, served beside the guest': (folder: string) => serveTpm(folder),
  swtpm: (folder: string) => startSwtpm(join(folder, 'state')),
} as const satisfies Readonly<Record<string, (folder: string) => Promise<TpmProcess>>>
export type TpmMaker = keyof typeof tpmMakers

/** What systemd measures after the firmware. */
export interface Phase {
  readonly pcr: number
  readonly text: string
}

/** A machine whose firmware measures: what its guest sees of it, its TPM and two logs, and the agent as a process in it. */
export class MeasuredGuest {
  readonly folder = mkdtempSync(join(tmpdir(), 'bootlatch-guest-'))
  readonly #maker: TpmMaker
  #tpm: TpmProcess | undefined
  #boards = 0

  constructor(maker: TpmMaker) {
    this.#maker = maker
    this.replaceTpm()
  }

  get state(): string {
    return join(this.folder, 'agent')
  }

  get address(): string {
    return `swtpm:127.0.0.1:${this.#tpm?.port ?? 0}`
  }

  /** The TPM of another machine is there from the next boot. */
  replaceTpm(): void {
    this.#boards++
    mkdirSync(this.#board)
    newTpmFolder(this.#board)
  }

  get #board(): string {
    return join(this.folder, `board-${this.#boards}`)
  }

  /** Takes the power, gives it again, and measures: firmware what was recorded of a boot, systemd these phases. */
  async boot(recorded: string, phases: readonly Phase[], logged: readonly Phase[] = phases): Promise<void> {
    await this.off()
    this.#tpm = await tpmMakers[this.#maker](this.#board)
    const records = await this.#withTpm(async (transport) => {
      const plan = await recordedBoot(join('test/vectors', recorded, 'eventlog.bin'))
      const { log } = await measureInto(transport, plan)
      writeFileSync(this.eventLog, log)
      const tpm = new TpmClient(transport)
      for (const phase of phases) await extendPcr(tpm, phase.pcr, await digestsOf(tpm, phase.text))
      return await Promise.all(logged.map((phase, index) => recordOf(tpm, phase, index)))
    })
    writeFileSync(this.userspaceLog, writeUserspaceLog(records))
  }

  get eventLog(): string {
    return join(this.folder, 'binary_bios_measurements')
  }

  get userspaceLog(): string {
    return join(this.folder, 'tpm2-measure.log')
  }

  async pcrs(): Promise<PcrBanks> {
    return await this.#withTpm(async (transport) => {
      const tpm = new TpmClient(transport)
      return await readPcrs(tpm, await activeBanks(tpm))
    })
  }

  async enrol(joinToken: string): Promise<AgentEnded> {
    const args = ['enrol', '--state', this.state, '--tpm', this.address, '--token-file', '-', '--json']
    return await runAgent(args, { input: joinToken })
  }

  async unlock(...more: readonly string[]): Promise<AgentEnded> {
    return await runAgent(this.#unlockWords(5, ...more))
  }

  /** Asks for keys, and is asked to end when it says that. */
  async unlockUntil(endAt: string): Promise<AgentEnded> {
    return await runAgent(this.#unlockWords(60), { endAt })
  }

  /** `unlock`, killed outright once it says that. */
  async unlockKilledAt(killAt: string): Promise<AgentEnded> {
    return await runAgent(this.#unlockWords(60), { killAt })
  }

  async cap(): Promise<AgentEnded> {
    return await runAgent(['cap', '--tpm', this.address, '--json'])
  }

  #unlockWords(waitSeconds: number, ...more: readonly string[]): readonly string[] {
    const logs = ['--event-log', this.eventLog, '--userspace-log', this.userspaceLog]
    const from = ['--state', this.state, '--tpm', this.address, ...logs]
    return ['unlock', ...from, '--test', '--json', '--wait', waitSeconds.toString(), ...more]
  }

  async off(): Promise<void> {
    await this.#tpm?.end('SIGTERM')
    this.#tpm = undefined
  }

  async remove(): Promise<void> {
    await this.off()
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #withTpm<Result>(work: (transport: Transport) => Promise<Result>): Promise<Result> {
    const { transport } = await openTpm(parseTpmAddress(this.address))
    try {
      return await work(transport)
    } finally {
      await transport.close()
    }
  }
}

async function digestsOf(tpm: TpmClient, text: string): Promise<ReadonlyMap<number, Uint8Array>> {
  const bytes = new TextEncoder().encode(text)
  return new Map((await activeBanks(tpm)).map(({ id }) => [id, digest(id, bytes)]))
}

async function recordOf(tpm: TpmClient, { pcr, text }: Phase, index: number): Promise<UserspaceRecord> {
  const digests = await digestsOf(tpm, text)
  return { index, pcr, digests, untrustedContentType: 'systemd', untrustedContent: { string: text } }
}
