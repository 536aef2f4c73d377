import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TpmHost } from '../../../agent/attest/index.ts'
import { measuredHere, recordedBoot, type BootPlan } from '../../../agent/boot/index.ts'
import {
  DiskFolder,
  MachineFolder,
  settleEnrolment,
  type Folder,
  type MachineIdentity,
} from '../../../agent/config/index.ts'
import { enrol } from '../../../agent/enrol/index.ts'
import { grpcGateClient, type Clock, type GateClient } from '../../../agent/gate/index.ts'
import { unlock, type Unlocked, type Volume } from '../../../agent/unlock/index.ts'

const random = (size: number) => Uint8Array.from(randomBytes(size))

/** Waits for nothing: a pause is over at once, and still moves the clock on. */
export class ImpatientClock implements Clock {
  #ms = 0
  now(): number {
    return this.#ms
  }
  sleep(ms: number): Promise<void> {
    this.#ms += ms
    return new Promise((resolve) => setImmediate(resolve))
  }
}

/** What stands between the agent and the world; tests put something faulty there. */
export interface World {
  readonly files: (files: Folder) => Folder
  readonly gates: GateClient
  readonly tpms: TpmHost
}

/** A machine with the real agent, on a disk that can be copied. */
export class FlowMachine {
  readonly name: string
  readonly folder: string
  readonly told: string[] = []
  volumes: readonly Volume[] = []
  /** Which recorded boot it makes. */
  boot = 'uki-secureboot'
  server: string | undefined
  readonly #tpms: TpmHost

  constructor(name: string, tpms: TpmHost, folder = mkdtempSync(join(tmpdir(), 'bootlatch-vm-'))) {
    this.name = name
    this.folder = folder
    this.#tpms = tpms
  }

  get state(): string {
    return join(this.folder, 'state')
  }

  get machine(): MachineFolder {
    return new MachineFolder(new DiskFolder(this.state))
  }

  get isEnrolled(): boolean {
    const files = new DiskFolder(this.state)
    settleEnrolment(files)
    return new MachineFolder(files).isEnrolled
  }

  /** The same disk again. */
  copy(): FlowMachine {
    const copy = new FlowMachine(this.name, this.#tpms)
    cpSync(this.folder, copy.folder, { recursive: true })
    copy.volumes = this.volumes
    copy.boot = this.boot
    return copy
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  get world(): World {
    return { files: (files) => files, gates: grpcGateClient, tpms: this.#tpms }
  }

  async enrol(joinToken: string, world: World = this.world): Promise<MachineIdentity> {
    const { files, gates, tpms } = this.#tools(world)
    settleEnrolment(files)
    const tools = { files, gates, tpms, random, clock: new ImpatientClock(), patienceMs: 60_000 }
    return await enrol(tools, { joinToken, hostName: this.name })
  }

  async start(world: World = this.world, waitMs = 20_000): Promise<Unlocked> {
    const tools = {
      ...this.#tools(world),
      random,
      clock: new ImpatientClock(),
      hostName: this.name,
      tell: (what: string) => this.told.push(what),
    }
    const plan = await this.#plan()
    return await unlock(tools, {
      measure: measuredHere(plan),
      volumes: this.volumes,
      test: true,
      waitMs,
      server: this.server,
    })
  }

  #tools({ files, gates, tpms }: World) {
    return { files: files(new DiskFolder(this.state)), gates, tpms }
  }

  async #plan(): Promise<BootPlan> {
    return await recordedBoot(join('test/vectors', this.boot, 'eventlog.bin'))
  }
}
