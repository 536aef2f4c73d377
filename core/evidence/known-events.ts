import { equalInPublic, WireError } from '../bytes/index.ts'
import { digestedData, EV, parseUefiVariable, type UefiVariable } from '../eventlog/index.ts'
import { digest } from '../tpm/index.ts'
import { type MeasuredEvent } from './measured-event.ts'

/**
 * Where the profile lets an event of each type be measured (PFP 10.4.1); what stands elsewhere in PCR 0 to 7 is unknown.
 * Separators are not among them: they are recognized by digest, and what only calls itself one is unknown.
 */
const pcrsOfType: ReadonlyMap<number, readonly number[]> = new Map([
  [EV.POST_CODE, [0]],
  [EV.POST_CODE2, [0]],
  [EV.ACTION, [1, 2, 3, 4, 5, 6]],
  [EV.EVENT_TAG, [1, 2, 3, 4, 5, 6]],
  [EV.S_CRTM_CONTENTS, [0]],
  [EV.S_CRTM_VERSION, [0]],
  [EV.CPU_MICROCODE, [1]],
  [EV.PLATFORM_CONFIG_FLAGS, [1]],
  [EV.TABLE_OF_DEVICES, [1]],
  [EV.COMPACT_HASH, [4, 5, 6]],
  [EV.IPL, [4, 5]],
  [EV.IPL_PARTITION_DATA, [5]],
  [EV.NONHOST_CODE, [0, 2]],
  [EV.NONHOST_CONFIG, [1, 3]],
  [EV.NONHOST_INFO, [0]],
  [EV.OMIT_BOOT_DEVICE_EVENTS, [4]],
  [EV.EFI_VARIABLE_DRIVER_CONFIG, [1, 3, 5, 7]],
  [EV.EFI_VARIABLE_BOOT, [1, 5]],
  [EV.EFI_VARIABLE_BOOT2, [1, 5]],
  [EV.EFI_BOOT_SERVICES_APPLICATION, [2, 4]],
  [EV.EFI_BOOT_SERVICES_DRIVER, [0, 2, 4]],
  [EV.EFI_RUNTIME_SERVICES_DRIVER, [0, 2, 4]],
  [EV.EFI_GPT_EVENT, [5]],
  [EV.EFI_GPT_EVENT2, [5]],
  [EV.EFI_ACTION, [1, 2, 3, 4, 5, 6]],
  [EV.EFI_PLATFORM_FIRMWARE_BLOB, [0, 2, 4]],
  [EV.EFI_PLATFORM_FIRMWARE_BLOB2, [0, 2, 4]],
  [EV.EFI_HANDOFF_TABLES, [1]],
  [EV.EFI_HANDOFF_TABLES2, [1]],
  [EV.EFI_HCRTM_EVENT, [0]],
  [EV.EFI_VARIABLE_AUTHORITY, [7]],
  [EV.EFI_SPDM_FIRMWARE_BLOB, [2]],
  [EV.EFI_SPDM_FIRMWARE_CONFIG, [3]],
  [EV.EFI_SPDM_DEVICE_POLICY, [7]],
  [EV.EFI_SPDM_DEVICE_AUTHORITY, [7]],
])

const variableTypes: ReadonlySet<number> = new Set([
  EV.EFI_VARIABLE_DRIVER_CONFIG,
  EV.EFI_VARIABLE_BOOT,
  EV.EFI_VARIABLE_BOOT2,
  EV.EFI_VARIABLE_AUTHORITY,
  EV.EFI_SPDM_DEVICE_POLICY,
  EV.EFI_SPDM_DEVICE_AUTHORITY,
])

/** Other types that say in their data what was measured: the digest has to be of it. */
const selfDescribing: ReadonlySet<number> = new Set([EV.ACTION, EV.EFI_ACTION, EV.EFI_GPT_EVENT, EV.EFI_GPT_EVENT2])

/** Whether the event's digests, in all banks, are of these bytes. */
export function isDigestOf(event: MeasuredEvent, bytes: Uint8Array): boolean {
  const banks = [...event.digests]
  return banks.length > 0 && banks.every(([hash, measured]) => equalInPublic(digest(hash, bytes), measured))
}

/**
 * Whether the event's data is what was measured, so that it may be read as a fact. Firmware differs in whether the digest of
 * a boot variable covers the whole structure or its data alone; either binds the data.
 */
function isSelfDescribed(event: MeasuredEvent): boolean {
  const covered = digestedData(event)
  if (covered === undefined) return false
  const isBootVariable = event.untrustedType === EV.EFI_VARIABLE_BOOT
  return isDigestOf(event, covered) || (isBootVariable && isDigestOf(event, event.untrustedData))
}

/** Hashing an event's data in every bank costs more than all rules that look at it. */
const variables = new WeakMap<MeasuredEvent, { readonly variable: UefiVariable | undefined }>()

/** The UEFI variable that was measured, if the event's data is one and is what the digests cover. */
export function measuredVariable(event: MeasuredEvent): UefiVariable | undefined {
  const known = variables.get(event)
  if (known !== undefined) return known.variable
  const variable = readVariable(event)
  variables.set(event, { variable })
  return variable
}

function readVariable(event: MeasuredEvent): UefiVariable | undefined {
  // Of a boot variable the digest may cover the data alone: under that type, in PCR 7, an authority could have any name
  if (!variableTypes.has(event.untrustedType) || !isInItsPcr(event) || !isSelfDescribed(event)) return undefined
  try {
    return parseUefiVariable(event.untrustedData)
  } catch (error) {
    if (error instanceof WireError) return undefined
    throw error
  }
}

/**
 * Whether an event of PCR 0 to 7 is one that the profile knows in this PCR, with a digest that fits its data where it has to.
 * A known event need not be harmless; an unknown one may be anything under another name.
 */
export function isKnownEvent(event: MeasuredEvent): boolean {
  const { untrustedType } = event
  if (!isInItsPcr(event)) return false
  if (variableTypes.has(untrustedType)) return measuredVariable(event) !== undefined
  return !selfDescribing.has(untrustedType) || isSelfDescribed(event)
}

function isInItsPcr({ untrustedType, pcr }: MeasuredEvent): boolean {
  return pcrsOfType.get(untrustedType)?.includes(pcr) === true
}
