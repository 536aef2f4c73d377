import { status, type ServiceError } from '@grpc/grpc-js'
import { fromStatus, RpcError } from '../../core/rpc/index.ts'
import { GateError, problemOfCode } from './gate-error.ts'

/** Statuses that gRPC itself gives a call that did not come through. */
const lost: readonly status[] = [status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.CANCELLED]

/** What a failed call means for the agent. */
export function gateErrorOf(thrown: unknown): GateError {
  if (thrown instanceof GateError) return thrown
  const meant = thrown instanceof RpcError ? thrown : isServiceError(thrown) ? fromStatus(thrown) : undefined
  if (meant !== undefined) {
    return new GateError(problemOfCode[meant.code] ?? 'failed', meant.message, {
      cause: thrown,
      decision: meant.decision,
    })
  }
  if (!isServiceError(thrown)) throw thrown
  return new GateError(lost.includes(thrown.code) ? 'unreachable' : 'failed', thrown.details, { cause: thrown })
}

function isServiceError(thrown: unknown): thrown is ServiceError {
  return thrown instanceof Error && 'code' in thrown && 'metadata' in thrown && 'details' in thrown
}
