import { Reader } from '../../../core/bytes/index.ts'
import { CC, RC, ST } from '../../../core/tpm/index.ts'
import type { Implemented } from '../implement.ts'
import type { TpmState } from '../state/tpm-state.ts'
import { TpmError } from '../tpm-error.ts'

const headerBytes = 10
/** Every TPM_ST; the two that begin a command are among them. */
const structureTags: ReadonlySet<number> = new Set(Object.values(ST))

/** A command whose header is right and which this TPM has. */
export interface Received {
  readonly implemented: Implemented
  readonly hasSessions: boolean
  /** Handles, authorizations and parameters. */
  readonly body: Reader
  readonly locality: number
}

/** @throws TpmError for every header that is wrong (Part 3, 5.2 and 5.3). */
export function receive(
  tpm: TpmState,
  table: ReadonlyMap<number, Implemented>,
  bytes: Uint8Array,
  locality: number,
): Received {
  if (bytes.length < headerBytes) throw new TpmError(RC.commandSize)
  const body = new Reader(bytes)
  const tag = body.u16()
  if (tag !== ST.noSessions && tag !== ST.sessions) throw new TpmError(structureTags.has(tag) ? RC.badTag : RC.value)
  const size = body.u32()
  if (size !== bytes.length || size > tpm.profile.maxMessageBytes) throw new TpmError(RC.commandSize)
  const code = body.u32()
  const implemented = table.get(code)
  if (implemented === undefined) throw new TpmError(RC.commandCode)
  if (tpm.isStarted === (code === CC.Startup)) throw new TpmError(RC.initialize)
  return { implemented, hasSessions: tag === ST.sessions, body, locality }
}
