import { fromHex } from '../../core/bytes/index.ts'
import {
  efiGlobalVariableGuid,
  encodeUefiVariable,
  EV,
  specIdFor,
  type Event,
  type EventLog,
} from '../../core/eventlog/index.ts'
import { ALG, hashAlgorithms } from '../../core/tpm/index.ts'
import { verifyEvidence, type PcrSelection, type VerifiedEvidence } from '../../core/evidence/index.ts'
import { Attester } from '../../agent/boot/simulate/attester.ts'
import { measuredEvent, pcrsOf, renumbered, simulate } from '../../agent/boot/simulate/simulated-boot.ts'
import { writeEventLog } from '../../core/eventlog/index.ts'

export { measuredEvent as event }

const attester = new Attester()
const ascii = (text: string) => new TextEncoder().encode(text)

/** An event that measured a text. */
export const said = (pcr: number, text: string, type: number = EV.IPL): Event => measuredEvent(pcr, type, ascii(text))

/** A separator, ordinary if no value is given. */
export const separator = (pcr: number, value = '00000000'): Event => measuredEvent(pcr, EV.SEPARATOR, fromHex(value))

/** A UEFI variable that was measured whole. */
export function variable(
  name: string,
  data: Uint8Array,
  guid = efiGlobalVariableGuid,
  type: number = EV.EFI_VARIABLE_DRIVER_CONFIG,
  pcr = 7,
): Event {
  return measuredEvent(pcr, type, encodeUefiVariable({ vendorGuid: fromHex(guid), name, data }))
}

/** A crypto-agile log in which these events stand, in all banks of our TPM. */
export function writtenLog(events: readonly Event[]): EventLog {
  const algorithms = hashAlgorithms.map(({ id, digestBytes }) => ({ id, digestSize: digestBytes }))
  return { kind: 'crypto-agile', specId: specIdFor(algorithms), algorithms, events: renumbered(events) }
}

/** What is known of a machine that measured these events and quotes them in these banks. */
export function verifiedBoot(
  events: readonly Event[],
  selection: PcrSelection = [{ hash: ALG.sha256, pcrs: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15] }],
): VerifiedEvidence {
  const log = writtenLog(events)
  const core = {
    stateGeneration: 1,
    pcrs: pcrsOf(simulate(log)),
    eventLog: writeEventLog(log),
    userspaceLog: new Uint8Array(),
    volumes: [],
  }
  return verifyEvidence(attester.expectation({ selection }), attester.attest(core, { selection }))
}
