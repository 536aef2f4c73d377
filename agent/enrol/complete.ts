import {
  completeEnrolment,
  machineBeingEnrolled,
  type Folder,
  type MachineFolder,
  type MachineIdentity,
} from '../config/index.ts'
import { certificatePem, GateError, type CompleteAnswer, type JoinGate } from '../gate/index.ts'
import { decodePendingComplete, pendingCompleteFile, type PendingComplete } from './pending-complete.ts'
import { joinTenaciously } from './tenacious-join-gate.ts'
import type { EnrolmentTools } from './enrolment-tools.ts'

/**
 * Sends the last request, and keeps what its answer says beside the new TPM. Nothing of the machine that may have been
 * enrolled here before is touched.
 */
export async function complete(files: Folder, gate: JoinGate, pending: PendingComplete): Promise<CompleteAnswer> {
  const answer = await gate.complete(pending.request)
  keepAnswer(machineBeingEnrolled(files), pending, answer)
  return answer
}

/**
 * Takes up an enrolment whose last request was sent, or was about to be, when the agent ended.
 * @returns the machine, or undefined where there is nothing to take up: it is begun anew then.
 * @throws GateError `unreachable`, `wrong-server`.
 */
export async function resumeEnrolment(tools: EnrolmentTools): Promise<MachineIdentity | undefined> {
  const kept = tools.files.has(`enrolling/${pendingCompleteFile}`)
    ? machineBeingEnrolled(tools.files).files.read(pendingCompleteFile)
    : undefined
  if (kept === undefined) return undefined
  const pending = decodePendingComplete(kept)
  const gate = await joinTenaciously(tools, pending)
  try {
    await complete(tools.files, gate, pending)
  } catch (error) {
    if (error instanceof GateError && (error.problem === 'out-of-order' || error.problem === 'refused'))
      return undefined
    throw error
  } finally {
    gate.close()
  }
  return putInPlace(tools.files)
}

/** The enrolled machine takes the place of whatever was in the state folder. */
export function putInPlace(files: Folder): MachineIdentity {
  const machine = machineBeingEnrolled(files)
  const identity = machine.identity()
  completeEnrolment(files)
  return identity
}

function keepAnswer(machine: MachineFolder, { machineId, serverId }: PendingComplete, answer: CompleteAnswer): void {
  machine.keepCertificates('certificates', answer.machineCertificates.map(certificatePem).join(''))
  machine.keepCertificates('anchor', certificatePem(answer.serverAnchor))
  machine.keepCertificates('ekCertificates', answer.ekCertificates.map(certificatePem).join(''))
  const { machineName, mainAddress } = answer
  machine.keepIdentity({ machineId, serverId, machineName, mainAddress })
}
