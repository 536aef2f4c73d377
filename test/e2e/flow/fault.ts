import type { PoweredTpm, TpmHost } from '../../../agent/attest/index.ts'
import type { Folder } from '../../../agent/config/index.ts'
import { GateError, type BootGate, type GateClient, type JoinGate } from '../../../agent/gate/index.ts'
import type { World } from './machine.ts'

/** The agent's process ends here. */
export class Crash extends Error {
  override readonly name = 'Crash'
}

/** What goes wrong at one step: the process ends before or after it; for a call, the request or its answer is lost. */
export type Fault = 'crash-before' | 'crash-after' | 'lost-request' | 'lost-answer'

/** Makes one step fail, and counts and names all of them. */
export class FaultAt {
  readonly steps: string[] = []
  readonly #at: number
  readonly #fault: Fault | undefined
  #isDead = false

  constructor(at = -1, fault?: Fault) {
    this.#at = at
    this.#fault = fault
  }

  get isDead(): boolean {
    return this.#isDead
  }

  /** Something that changes the disk or the TPM: only a crash comes between. */
  local<Result>(name: string, step: () => Result): Result {
    const isHere = this.#arrive(name)
    if (isHere && this.#fault !== 'crash-after') this.#die(name)
    const result = step()
    if (isHere) this.#die(name)
    return result
  }

  async localAsync<Result>(name: string, step: () => Promise<Result>): Promise<Result> {
    const isHere = this.#arrive(name)
    if (isHere && this.#fault !== 'crash-after') this.#die(name)
    const result = await step()
    if (isHere) this.#die(name)
    return result
  }

  async call<Result>(name: string, step: () => Promise<Result>): Promise<Result> {
    const isHere = this.#arrive(name)
    if (isHere && this.#fault === 'crash-before') this.#die(name)
    if (isHere && this.#fault === 'lost-request') throw new GateError('unreachable', `${name}: request lost`)
    const result = await step()
    if (isHere && this.#fault === 'crash-after') this.#die(name)
    if (isHere && this.#fault === 'lost-answer') throw new GateError('unreachable', `${name}: answer lost`)
    return result
  }

  #arrive(name: string): boolean {
    if (this.#isDead) throw new Crash(`${name}, after the crash`)
    this.steps.push(name)
    return this.steps.length - 1 === this.#at
  }

  #die(name: string): never {
    this.#isDead = true
    throw new Crash(name)
  }
}

/** The world with one fault in it. A process that crashed does nothing any more: not even what its `finally` says. */
export function faultyWorld(world: World, fault: FaultAt): World {
  return {
    files: (files) => faultyFolder(world.files(files), fault),
    gates: faultyGates(world.gates, fault),
    tpms: faultyTpms(world.tpms, fault),
  }
}

function faultyFolder(files: Folder, fault: FaultAt): Folder {
  return {
    pathOf: (name) => files.pathOf(name),
    has: (name) => files.has(name),
    read: (name) => files.read(name),
    replace: (name, contents) => {
      fault.local(`write ${name}`, () => {
        files.replace(name, contents)
      })
    },
    remove: (name) => {
      fault.local(`remove ${name}`, () => {
        files.remove(name)
      })
    },
    inner: (name) => faultyFolder(files.inner(name), fault),
    // Moving reads the inner folder's paths only: the real one behind it does.
    takeFrom: (inner, name) => {
      fault.local(`move ${name}`, () => {
        files.takeFrom(inner, name)
      })
    },
    removeInner: (name) => {
      fault.local(`remove ${name}`, () => {
        files.removeInner(name)
      })
    },
  }
}

function faultyGates(gates: GateClient, fault: FaultAt): GateClient {
  return {
    join: async (address, anchor) => faultyJoin(await fault.call('join', () => gates.join(address, anchor)), fault),
    boot: (credentials) => faultyBoot(gates.boot(credentials), fault),
  }
}

function faultyJoin(gate: JoinGate, fault: FaultAt): JoinGate {
  return {
    begin: (request) => fault.call('Begin', () => gate.begin(request)),
    prove: (request) => fault.call('Prove', () => gate.prove(request)),
    complete: (request) => fault.call('Complete', () => gate.complete(request)),
    close: () => {
      gate.close()
    },
  }
}

function faultyBoot(gate: BootGate, fault: FaultAt): BootGate {
  return {
    powerOn: (request, waiting) => fault.call('PowerOn', () => gate.powerOn(request, waiting)),
    challenge: (bootId) => fault.call('Challenge', () => gate.challenge(bootId)),
    release: (request) => fault.call('Release', () => gate.release(request)),
    depositKey: (deposit) => fault.call('DepositKey', () => gate.depositKey(deposit)),
    attest: (asked) => fault.call('Attest', () => gate.attest(asked)),
    close: () => {
      gate.close()
    },
  }
}

function faultyTpms(tpms: TpmHost, fault: FaultAt): TpmHost {
  const watched = async (name: string, make: () => Promise<PoweredTpm>): Promise<PoweredTpm> => {
    const tpm = await fault.localAsync(name, make)
    return { ...tpm, close: () => (fault.isDead ? Promise.resolve() : tpm.close()) }
  }
  return {
    manufacture: (path, header) => watched('manufacture', () => tpms.manufacture(path, header)),
    remake: (path, header, state) => watched('remake', () => tpms.remake(path, header, state)),
    open: (path, keys, next) => watched('open TPM', () => tpms.open(path, keys, next)),
    stateOf: (path, key) => tpms.stateOf(path, key),
    peek: (path) => tpms.peek(path),
  }
}
