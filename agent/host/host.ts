import { isDeepStrictEqual } from 'node:util'
import { type HostConfig, type TpmConfig } from './host-config.ts'
import { HostedTpm, type Surroundings } from './hosted-tpm.ts'
import { type TpmStatus } from './status.ts'

/** Many TPMs in one process. What befalls one is its own affair: it does not end the process, and starts no other late. */
export class Host {
  readonly #surroundings: Surroundings
  readonly #tpms = new Map<string, HostedTpm>()
  /** Not configured any more, or not as they are, and served until their machines are gone. */
  readonly #leaving = new Set<HostedTpm>()
  #wanted: ReadonlyMap<string, TpmConfig> = new Map()

  private constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  static async start(config: HostConfig, surroundings: Surroundings): Promise<Host> {
    const host = new Host(surroundings)
    await host.apply(config)
    return host
  }

  /**
   * Starts what is new, tries again what is broken, and lets go of what is gone. A TPM that changed is served as it was until
   * its machine is gone, and as it is then.
   */
  async apply({ tpms }: HostConfig): Promise<void> {
    this.#wanted = new Map(tpms.map((config) => [config.name, config]))
    for (const [name, tpm] of this.#tpms) {
      if (isDeepStrictEqual(this.#wanted.get(name), tpm.config) && !tpm.isBroken) continue
      this.#tpms.delete(name)
      const gone = this.#letGo(tpm)
      if (!tpm.isInUse) await gone
    }
    const leaving = new Set([...this.#leaving].map(({ config }) => config.name))
    await Promise.all(tpms.filter(({ name }) => !leaving.has(name)).map((config) => this.#start(config)))
  }

  get status(): TpmStatus[] {
    return [...this.#tpms.values(), ...this.#leaving].map(({ status }) => status)
  }

  async close(): Promise<void> {
    this.#wanted = new Map()
    await Promise.all([...this.#tpms.values(), ...this.#leaving].map((tpm) => tpm.close()))
  }

  async #start(config: TpmConfig): Promise<void> {
    if (this.#tpms.has(config.name)) return
    const tpm = new HostedTpm(config, this.#surroundings)
    this.#tpms.set(config.name, tpm)
    await tpm.start()
  }

  async #letGo(tpm: HostedTpm): Promise<void> {
    if (tpm.isBroken) return
    this.#leaving.add(tpm)
    await tpm.leave()
    this.#leaving.delete(tpm)
    const config = this.#wanted.get(tpm.config.name)
    if (config !== undefined) await this.#start(config)
  }
}
