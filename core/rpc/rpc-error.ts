import { Metadata, type status, type ServiceError, type StatusObject } from '@grpc/grpc-js'
import { errorCodes, isErrorCode, type ErrorCode } from './error-code.ts'

const codeKey = 'bootlatch-error'
const decisionKey = 'bootlatch-decision'

/** A failure that the caller is meant to see. Anything else thrown on the server reaches him as `server/internal`. */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: ErrorCode
  /** Number of the decision that refused, for the engineer's side of the telephone. */
  readonly decision: bigint | undefined

  constructor(
    code: ErrorCode,
    message: string = errorCodes[code][1],
    options: ErrorOptions & { decision?: bigint } = {},
  ) {
    super(message, options)
    this.code = code
    this.decision = options.decision
  }
}

/** The one way from a thrown value to a gRPC status: deliberate errors by the table, everything else without a word. */
export function toStatus(thrown: unknown): Partial<StatusObject> & { code: status } {
  const error = thrown instanceof RpcError ? thrown : new RpcError('server/internal')
  const metadata = new Metadata()
  metadata.set(codeKey, error.code)
  if (error.decision !== undefined) metadata.set(decisionKey, error.decision.toString())
  return { code: errorCodes[error.code][0], details: error.message, metadata }
}

/**
 * The way back, at the client: the error a Bootlatch server meant, or undefined where the status is not from one
 * (no connection, a deadline, a proxy).
 */
export function fromStatus(error: Pick<ServiceError, 'metadata' | 'details'>): RpcError | undefined {
  const code = error.metadata.get(codeKey)[0]
  if (typeof code !== 'string' || !isErrorCode(code)) return undefined
  const decision = error.metadata.get(decisionKey)[0]
  const numbered = typeof decision === 'string' && /^[1-9][0-9]{0,18}$/.test(decision)
  return new RpcError(code, error.details, { cause: error, ...(numbered ? { decision: BigInt(decision) } : {}) })
}
