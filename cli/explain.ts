import type { ErrorCode, RpcError } from '../core/rpc/index.ts'
import { Failure, type FailureDetail } from './failure.ts'
import { newBundle } from './operator.ts'

/** What an operator can do about what the server says. Codes that need no more than the server's words are not here. */
const details: Partial<Record<ErrorCode, FailureDetail>> = {
  'request/malformed': {
    advice: ['What stands before the colon names the part of the request; --help says what the command takes.'],
  },
  'request/too-many': { advice: ['Try again in a minute.'] },
  'identity/unknown': {
    exit: 'refused',
    advice: ['The server no longer knows this operator certificate.', newBundle],
  },
  'identity/wrong-role': {
    exit: 'refused',
    advice: ['The bundle given with --operator has to be an operator’s, not a machine’s.'],
  },
  'machine/name-taken': { advice: ['Choose another name, or remove the machine: bootlatch machine list'] },
  'machine/identity-changed': {
    advice: ['Nothing was done. Compare its fingerprints again: bootlatch machine show MACHINE'],
  },
  'machine/tier-unproven': { advice: ['docs/security.md says what a tier is worth.'] },
  'machine/wrong-state': { advice: ['bootlatch machine show MACHINE says in which state it is.'] },
  'policy/nothing-to-learn': {
    advice: ['Boot the machine once: the boot is recorded even where nothing is released.'],
  },
  'decision/not-held': { advice: ['bootlatch machine list shows which requests are held.'] },
  'server/sealed': { advice: ['bootlatch server status says why.'] },
  'server/internal': { advice: ['The log of bootlatch-server has the cause.'] },
}

/** Turns what the server meant into words with advice. */
export function explain(error: RpcError): Failure {
  return new Failure(error.code, error.message, { cause: error, ...details[error.code] })
}
