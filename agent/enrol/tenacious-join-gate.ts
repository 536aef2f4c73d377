import type { JoinToken } from '../../core/evidence/index.ts'
import { persist, type JoinGate } from '../gate/index.ts'
import type { EnrolmentTools } from './enrolment-tools.ts'

/**
 * A connection to the Join listener that repeats each step while the server is out of reach: every step of the enrolment
 * may be repeated as it is.
 * @throws GateError `unreachable` in the end, `wrong-server`.
 */
export async function joinTenaciously(
  { gates, clock, patienceMs }: EnrolmentTools,
  { joinAddress, anchorSha256 }: Pick<JoinToken, 'joinAddress' | 'anchorSha256'>,
): Promise<JoinGate> {
  const deadlineMs = clock.now() + patienceMs
  const gate = await persist(clock, deadlineMs, () => gates.join(joinAddress, anchorSha256))
  return {
    begin: (request) => persist(clock, deadlineMs, () => gate.begin(request)),
    prove: (request) => persist(clock, deadlineMs, () => gate.prove(request)),
    complete: (request) => persist(clock, deadlineMs, () => gate.complete(request)),
    close: () => {
      gate.close()
    },
  }
}
