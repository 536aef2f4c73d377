import type { MachineFolder } from '../config/index.ts'
import type { BootGate, GateClient } from '../gate/index.ts'

/** The main listener, as the machine of this folder. @throws NotEnrolled */
export function bootGateOf(gates: GateClient, machine: MachineFolder, address?: string): BootGate {
  return gates.boot({
    address: address ?? machine.identity().mainAddress,
    anchorPem: machine.certificates('anchor'),
    certificatesPem: machine.certificates('certificates'),
    keyPem: machine.machineKey().export({ type: 'pkcs8', format: 'pem' }) as string,
  })
}
