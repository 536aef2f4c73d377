import { persist, type JoinGate } from '../gate/index.ts'
import type { EnrolmentTools } from './enrolment-tools.ts'

/** Repeats each step while the server is out of reach: every step of the enrolment may be repeated as it is. */
export function tenaciously({ clock, patienceMs }: EnrolmentTools, gate: JoinGate): JoinGate {
  const deadlineMs = clock.now() + patienceMs
  return {
    begin: (request) => persist(clock, deadlineMs, () => gate.begin(request)),
    prove: (request) => persist(clock, deadlineMs, () => gate.prove(request)),
    complete: (request) => persist(clock, deadlineMs, () => gate.complete(request)),
    close: () => {
      gate.close()
    },
  }
}
