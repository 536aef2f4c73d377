import type { Folder } from '../config/index.ts'
import type { TpmHost } from '../attest/index.ts'
import type { Clock, GateClient } from '../gate/index.ts'

/** What an enrolment is carried out with. */
export interface EnrolmentTools {
  /** The machine's state folder, held by this process. */
  readonly files: Folder
  readonly gates: GateClient
  readonly tpms: TpmHost
  readonly random: (size: number) => Uint8Array
  readonly clock: Clock
  /** How long a server out of reach is waited for. */
  readonly patienceMs: number
}
