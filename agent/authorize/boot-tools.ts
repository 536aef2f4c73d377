import type { TpmHost } from '../attest/index.ts'
import type { MachineFolder } from '../config/index.ts'
import type { BootGate, Clock } from '../gate/index.ts'
import type { PlatformSource } from '../platform/index.ts'

/** What a boot is carried out with. */
export interface BootTools {
  readonly machine: MachineFolder
  readonly gate: BootGate
  readonly tpms: TpmHost
  readonly random: (size: number) => Uint8Array
  readonly clock: Clock
  /** Until when, by the clock, the server or a person is waited for. */
  readonly deadlineMs: number
  /** What is being waited for, for whoever watches the machine start. */
  readonly tell: (what: string) => void
  /** Who vouches for the instance that the machine runs on, where it asks anybody. */
  readonly platform?: PlatformSource | undefined
}
