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
  const problem = lost.includes(thrown.code) ? 'unreachable' : 'failed'
  return new GateError(problem, reasonIn(thrown.details), { cause: thrown })
}

/** gRPC keeps why a connection failed in prose: what the system, or OpenSSL, said is in its midst. */
function reasonIn(details: string): string {
  const [, told = details] = /Last error: (?:Error: )?([^]*?)\s*\.? Resolution note:/.exec(details) ?? []
  const [, address] = /connect ECONNREFUSED (\S+)/.exec(told) ?? []
  if (address !== undefined) return `nothing listens at ${address}`
  if (told.includes('wrong version number')) return 'what listens there does not speak TLS'
  return told.replaceAll(/\s+/g, ' ')
}

function isServiceError(thrown: unknown): thrown is ServiceError {
  return thrown instanceof Error && 'code' in thrown && 'metadata' in thrown && 'details' in thrown
}
