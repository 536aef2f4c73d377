import { createHash } from 'node:crypto'
import { equalInPublic, WireError } from '../bytes/index.ts'
import { digestAlgorithm } from './digest-algorithm.ts'
import { EV } from './event-types.ts'
import { type Event } from './event-log.ts'
import { parseUefiVariable } from './uefi-variable.ts'

/** Types whose digest covers the whole event data (PFP 10.4.1). A digest of anything else gives such an event away as relabelled. */
const wholeData: ReadonlySet<number> = new Set([
  EV.SEPARATOR,
  EV.ACTION,
  EV.S_CRTM_VERSION,
  EV.EFI_ACTION,
  EV.EFI_GPT_EVENT,
  EV.EFI_GPT_EVENT2,
  EV.EFI_VARIABLE_DRIVER_CONFIG,
  EV.EFI_VARIABLE_AUTHORITY,
  EV.EFI_VARIABLE_BOOT2,
  EV.EFI_SPDM_DEVICE_POLICY,
  EV.EFI_SPDM_DEVICE_AUTHORITY,
])

/**
 * What an event's digests cover if its type is honest: the event data, the variable's data within it, or undefined where the digest is of something
 * outside the log (an image, a blob, a string) or the data is malformed.
 */
export function digestedData(event: Event): Uint8Array | undefined {
  if (wholeData.has(event.untrustedType)) return event.untrustedData
  if (event.untrustedType === EV.EFI_VARIABLE_BOOT) return variableData(event.untrustedData)
  return undefined
}

function variableData(eventData: Uint8Array): Uint8Array | undefined {
  try {
    return parseUefiVariable(eventData).data
  } catch (error) {
    if (error instanceof WireError) return undefined
    throw error
  }
}

/**
 * Whether all digests of an event are of what its type says they cover; undefined where the type does not say, or nothing can be computed.
 * True makes the type and data believable, since they are then what was measured.
 */
export function coversItsData(event: Event): boolean | undefined {
  const covered = digestedData(event)
  const digests = [...event.digests].flatMap(([id, digest]) => {
    const algorithm = digestAlgorithm(id)
    return algorithm === undefined ? [] : [{ algorithm, digest }]
  })
  if (covered === undefined || digests.length === 0) return undefined
  return digests.every(({ algorithm, digest }) =>
    equalInPublic(createHash(algorithm.nodeName).update(covered).digest(), digest),
  )
}
