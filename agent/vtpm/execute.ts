import { RC } from '../../core/tpm/index.ts'
import { failureResponse } from './failure-mode.ts'
import { type Implemented } from './implement.ts'
import { address } from './steps/address.ts'
import { answer, refusal } from './steps/answer.ts'
import { authorize, type Authorized, forgetSecrets } from './steps/authorize.ts'
import { parse, type Parsed } from './steps/parse.ts'
import { receive } from './steps/receive.ts'
import { heal } from './state/dictionary-attack.ts'
import type { TpmState } from './state/tpm-state.ts'
import { TpmError } from './tpm-error.ts'

/** One command: Received, Addressed, Authorized, Parsed, Answered (Part 3, clause 5). */
export function execute(
  tpm: TpmState,
  table: ReadonlyMap<number, Implemented>,
  command: Uint8Array,
  locality: number,
  /** Set when the command was canceled or lost its power: whatever it was about to change stays as it is. */
  cut: { readonly off: boolean } = { off: false },
): Uint8Array | Promise<Uint8Array> {
  if (tpm.failure !== undefined) return failureResponse(tpm, command)
  let authorized: Authorized | undefined
  let request: Parsed | undefined
  const finish = (outcome: () => object): Uint8Array => {
    const response = conclude(tpm, () => answer(tpm, request as Parsed, outcome()))
    if (authorized?.hasSessions === true) forgetSecrets(authorized)
    return response
  }
  try {
    const received = receive(tpm, table, command, locality)
    if (tpm.isStarted) heal(tpm)
    authorized = authorize(tpm, address(tpm, received))
    request = parse(tpm, authorized)
    const values = run(tpm, request)
    if (!(values instanceof Promise)) return finish(() => values)
    return values.then(
      (last) => (cut.off ? refusal(RC.canceled) : finish(last)),
      (error: unknown) => (cut.off ? refusal(RC.canceled) : finish(() => raise(error))),
    )
  } catch (error) {
    return finish(() => raise(error))
  }
}

function raise(error: unknown): never {
  throw error
}

function run(tpm: TpmState, request: Parsed): object | Promise<() => object> {
  const { fail, run: handler } = request.implemented
  const first = request.sessions.find((used) => used.entity !== undefined)
  return handler(tpm, {
    handles: request.namedEntities,
    parameters: request.namedParameters,
    locality: request.locality,
    authorization: { session: first?.session, cpHash: request.cpHash },
    fail,
  } as never) as object | Promise<() => object>
}

/** Builds the answer, makes the state durable, and only then lets the answer go. The only place that catches. */
function conclude(tpm: TpmState, build: () => Uint8Array): Uint8Array {
  try {
    const response = attempt(build)
    tpm.commit()
    return response
  } catch (error) {
    tpm.fail(error)
    return refusal(RC.failure)
  }
}

function attempt(build: () => Uint8Array): Uint8Array {
  try {
    return build()
  } catch (error) {
    if (error instanceof TpmError) return refusal(error.rc)
    throw error
  }
}
