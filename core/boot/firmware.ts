import { fromHex, Writer } from '../bytes/index.ts'
import {
  efiGlobalVariableGuid,
  efiImageSecurityDatabaseGuid,
  encodeUefiVariable,
  encodeUtf16,
  EV,
} from '../eventlog/index.ts'
import { type BootEvent, dataEvent } from './boot-event.ts'

/** What platform firmware measures of itself and its settings before it starts a loader. */
export interface FirmwareSettings {
  readonly version: string | undefined
  readonly blobs: readonly { readonly base: bigint; readonly content: Uint8Array }[]
  readonly secureBoot: SecureBootSettings | undefined
  readonly bootOrder: readonly number[] | undefined
  readonly bootOptions: readonly { readonly number: number; readonly option: Uint8Array }[]
  /** The event of the boot disk's partition table. */
  readonly gpt: BootEvent | undefined
}

/** The variables of Secure Boot: lists of signatures, empty where a variable does not exist. */
export interface SecureBootSettings {
  readonly enabled: boolean
  readonly PK: Uint8Array
  readonly KEK: Uint8Array
  readonly db: Uint8Array
  readonly dbx: Uint8Array
  /** EFI_SIGNATURE_DATA of the db entries that verified what was started, in that order. */
  readonly authorities: readonly Uint8Array[]
}

const pcr = { code: 0, config: 1, bootLoader: 4, bootConfig: 5, secureBoot: 7 } as const
const separatorData = new Uint8Array(4)
const globalGuid = fromHex(efiGlobalVariableGuid)
const databaseGuid = fromHex(efiImageSecurityDatabaseGuid)

const separator = (index: number): BootEvent => dataEvent(index, EV.SEPARATOR, separatorData)
const action = (index: number, text: string): BootEvent =>
  dataEvent(index, EV.EFI_ACTION, new TextEncoder().encode(text))

/** What EDK2 measures, in its order: `early` before it looks for something to start, `late` before it starts a boot option from a disk. */
export interface FirmwareEvents<Event = BootEvent> {
  readonly early: readonly Event[]
  readonly late: readonly Event[]
  /** The entries of db that verified what is started, measured before its image. */
  readonly authorities: readonly Event[]
  readonly disk: readonly Event[]
}

/** The events of firmware with these settings. */
export function firmwareEvents(settings: FirmwareSettings): FirmwareEvents {
  const { version, blobs, secureBoot, gpt } = settings
  return {
    early: [
      ...(version === undefined ? [] : [dataEvent(pcr.code, EV.S_CRTM_VERSION, encodeUtf16(`${version}\0`))]),
      ...blobs.map(({ base, content }) => blobEvent(base, content)),
      ...(secureBoot === undefined ? [] : secureBootEvents(secureBoot)),
      separator(pcr.secureBoot),
    ],
    late: [
      ...bootOptionEvents(settings),
      action(pcr.bootLoader, 'Calling EFI Application from Boot Option'),
      ...[0, 1, 2, 3, 4, 5, 6].map(separator),
    ],
    authorities: (secureBoot?.authorities ?? []).map(authorityEvent),
    disk: gpt === undefined ? [] : [gpt],
  }
}

function authorityEvent(data: Uint8Array): BootEvent {
  const variable = encodeUefiVariable({ vendorGuid: databaseGuid, name: 'db', data })
  return dataEvent(pcr.secureBoot, EV.EFI_VARIABLE_AUTHORITY, variable)
}

/** What firmware measures when the loader takes over the machine (PFP 8.2.4). */
export function exitBootServicesEvents(): readonly BootEvent[] {
  return ['Exit Boot Services Invocation', 'Exit Boot Services Returned with Success'].map((text) =>
    action(pcr.bootConfig, text),
  )
}

/** UEFI_PLATFORM_FIRMWARE_BLOB, PFP 10.4.2.4; the digest is of the blob. */
function blobEvent(base: bigint, content: Uint8Array): BootEvent {
  const data = new Writer().u64(base, true).u64(BigInt(content.length), true).done()
  return { pcr: pcr.code, type: EV.EFI_PLATFORM_FIRMWARE_BLOB, measured: [content], data }
}

function secureBootEvents({ enabled, PK, KEK, db, dbx }: SecureBootSettings): readonly BootEvent[] {
  const variables = [
    { vendorGuid: globalGuid, name: 'SecureBoot', data: Uint8Array.of(enabled ? 1 : 0) },
    { vendorGuid: globalGuid, name: 'PK', data: PK },
    { vendorGuid: globalGuid, name: 'KEK', data: KEK },
    { vendorGuid: databaseGuid, name: 'db', data: db },
    { vendorGuid: databaseGuid, name: 'dbx', data: dbx },
  ]
  return variables.map((variable) =>
    dataEvent(pcr.secureBoot, EV.EFI_VARIABLE_DRIVER_CONFIG, encodeUefiVariable(variable)),
  )
}

function bootOptionEvents({ bootOrder, bootOptions }: FirmwareSettings): readonly BootEvent[] {
  const order = new Writer()
  for (const number of bootOrder ?? []) order.u16(number, true)
  return [
    ...(bootOrder === undefined ? [] : [bootVariableEvent('BootOrder', order.done())]),
    ...bootOptions.map(({ number, option }) =>
      bootVariableEvent(`Boot${number.toString(16).toUpperCase().padStart(4, '0')}`, option),
    ),
  ]
}

/** EV_EFI_VARIABLE_BOOT: the digest is of the variable's value only. */
function bootVariableEvent(name: string, value: Uint8Array): BootEvent {
  const data = encodeUefiVariable({ vendorGuid: globalGuid, name, data: value })
  return { pcr: pcr.config, type: EV.EFI_VARIABLE_BOOT, measured: [value], data }
}
