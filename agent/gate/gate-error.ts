import type { ErrorCode } from '../../core/rpc/index.ts'

/** What went wrong between the agent and its server, as far as the agent acts differently on it. */
export type GateProblem =
  /** Nobody answered, or the connection broke: worth another try. */
  | 'unreachable'
  /** The server said no. */
  | 'refused'
  /** A person must decide, and nobody did in time. */
  | 'held'
  /** A step of the enrolment does not follow the one before. */
  | 'out-of-order'
  /** Another request of this machine took this one's place. */
  | 'superseded'
  /** The volume has another key at the server. */
  | 'conflict'
  /** The server made a mistake, or will not read the request. */
  | 'failed'
  /** An answer that no Bootlatch server of ours gives. */
  | 'broken-answer'
  /** The chain shown does not end in the certificate that the join token names. */
  | 'wrong-server'

/** The server did not give what was asked for. */
export class GateError extends Error {
  override readonly name = 'GateError'
  readonly problem: GateProblem
  /** The number to name on the telephone. */
  readonly decision: bigint | undefined

  constructor(problem: GateProblem, message: string, options: ErrorOptions & { decision?: bigint | undefined } = {}) {
    super(message, options)
    this.problem = problem
    this.decision = options.decision
  }
}

/** How the codes of the services look from here; any other is `failed`. */
export const problemOfCode: Partial<Record<ErrorCode, GateProblem>> = {
  'identity/unknown': 'refused',
  'identity/wrong-role': 'refused',
  'join/refused': 'refused',
  'join/out-of-order': 'out-of-order',
  'boot/refused': 'refused',
  'boot/held-expired': 'held',
  'boot/superseded': 'superseded',
  'key/conflict': 'conflict',
  'request/too-many': 'unreachable',
  'server/sealed': 'unreachable',
}
