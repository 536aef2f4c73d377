import { describeSystemError } from '../config/index.ts'
import { GateError } from '../gate/index.ts'
import { exit, type ExitCode } from './exit.ts'

/** What a failed command says, and how it ends. */
export interface Failure {
  readonly outcome: 'refused' | 'held' | 'error'
  readonly message: string
  readonly exitCode: ExitCode
  readonly decision: bigint | undefined
}

/** Errors that tell the operator what is wrong; any other is our mistake and shows where it happened. */
const expected: ReadonlySet<string> = new Set([
  'AlreadyEnrolled',
  'AuthorityError',
  'BootDescriptionError',
  'BootFileError',
  'CryptsetupError',
  'EventLogError',
  'FolderInUse',
  'ForeignTpmError',
  'HostConfigError',
  'KeyFileError',
  'KeyslotError',
  'ManufactureError',
  'MeasureError',
  'NotEnrolled',
  'SealedError',
  'StateFileError',
  'StateUnusableError',
  'TpmResponseError',
  'TransportError',
  'VolumeError',
  'WireError',
])

/** Undefined for an error that nobody but us can do anything about. */
export function describeFailure(error: unknown): Failure | undefined {
  if (error instanceof GateError) return gateFailure(error)
  const own = error instanceof Error && expected.has(error.name) ? error.message : undefined
  const message = own ?? describeSystemError(error)
  if (message === undefined) return undefined
  return { outcome: 'error', message, exitCode: exit.error, decision: undefined }
}

function gateFailure({ problem, message, decision }: GateError): Failure {
  const named = decision === undefined ? '' : ` (decision ${decision})`
  const refused = `refused by the policy server${decision === undefined ? `: ${message}` : named}`
  switch (problem) {
    case 'refused':
      return { outcome: 'refused', message: refused, exitCode: exit.refused, decision }
    case 'held':
    case 'superseded':
      return { outcome: 'held', message: `held: ${message}${named}`, exitCode: exit.held, decision }
    case 'unreachable':
      return {
        outcome: 'error',
        message: `the policy server is out of reach: ${message}`,
        exitCode: exit.error,
        decision,
      }
    case 'out-of-order':
    case 'conflict':
    case 'failed':
    case 'broken-answer':
    case 'wrong-server':
      return { outcome: 'error', message, exitCode: exit.error, decision }
  }
}
