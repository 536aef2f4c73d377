import { Reader, Writer } from '../../core/bytes/index.ts'
import { CAP, CC, encode, GetCapability, GetTestResult, PT, RC, ST, struct } from '../../core/tpm/index.ts'
import { refusal } from './steps/answer.ts'
import { fixedProperties } from './state/properties.ts'
import type { TpmState } from './state/tpm-state.ts'

const headerBytes = 10

/** What a TPM in failure mode answers (Part 1, 12.3): its test result, its manufacturer, and no to all else. */
export function failureResponse(tpm: TpmState, command: Uint8Array): Uint8Array {
  if (command.length < headerBytes) return refusal(RC.failure)
  const from = new Reader(command)
  const tag = from.u16()
  from.u32()
  const code = from.u32()
  if (tag !== ST.noSessions) return refusal(RC.failure)
  if (code === CC.GetTestResult) {
    return success(encode(struct('', GetTestResult.returns), { outData: new Uint8Array(0), testResult: RC.failure }))
  }
  if (code === CC.GetCapability && from.left === 3 * 4) return capability(tpm, from.u32(), from.u32())
  return refusal(RC.failure)
}

/** Part 1, 12.3: who made it and which firmware it runs, one property at a time. */
function capability(tpm: TpmState, capabilityCode: number, wanted: number): Uint8Array {
  if (capabilityCode !== CAP.tpmProperties) return refusal(RC.failure)
  const property = Math.max(wanted, PT.manufacturer)
  const found = fixedProperties(tpm.profile).filter(
    (row) => row.property >= property && row.property <= PT.firmwareVersion2,
  )
  const data = found.slice(0, 1)
  const moreData = found.length > 1 ? 1 : 0
  const capabilityData = { capability: CAP.tpmProperties, data }
  return success(encode(struct('', GetCapability.returns), { moreData, capabilityData }))
}

function success(parameters: Uint8Array): Uint8Array {
  const to = new Writer()
  to.u16(ST.noSessions)
    .u32(headerBytes + parameters.length)
    .u32(RC.success)
    .bytes(parameters)
  return to.done()
}
