import { Reader, toHex, WireError } from '../bytes/index.ts'
import { efiGlobalVariableGuid, efiImageSecurityDatabaseGuid, type UefiVariable } from '../eventlog/index.ts'
import { type FirmwareSettings, type SecureBootSettings } from './firmware.ts'
import { parseVariableStore } from './variable-store.ts'

/** EDK2's switch of Secure Boot, which counts only where there is a platform key. */
const secureBootEnable = 'SecureBootEnable'

/** What firmware will find in its variables, and so measure. */
export interface StoredSettings extends Pick<FirmwareSettings, 'bootOrder' | 'bootOptions'> {
  readonly secureBoot: Omit<SecureBootSettings, 'authorities'>
}

/**
 * Reads a machine's file of variables.
 * @throws WireError if it is malformed.
 */
export function parseStoredSettings(bytes: Uint8Array): StoredSettings {
  const variables = parseVariableStore(bytes)
  const global = (name: string): Uint8Array | undefined => valueOf(variables, efiGlobalVariableGuid, name)
  const database = (name: string): Uint8Array =>
    valueOf(variables, efiImageSecurityDatabaseGuid, name) ?? new Uint8Array()
  const PK = global('PK') ?? new Uint8Array()
  const isEnabled = variables.find(({ name }) => name === secureBootEnable)?.data[0] === 1
  const bootOrder = numbers(global('BootOrder'))
  return {
    secureBoot: {
      enabled: PK.length > 0 && isEnabled,
      PK,
      KEK: global('KEK') ?? new Uint8Array(),
      db: database('db'),
      dbx: database('dbx'),
    },
    bootOrder,
    bootOptions: (bootOrder ?? []).flatMap((number) => {
      const option = global(`Boot${number.toString(16).toUpperCase().padStart(4, '0')}`)
      return option === undefined ? [] : [{ number, option }]
    }),
  }
}

function valueOf(variables: readonly UefiVariable[], guid: string, wanted: string): Uint8Array | undefined {
  return variables.find(({ vendorGuid, name }) => name === wanted && toHex(vendorGuid) === guid)?.data
}

function numbers(order: Uint8Array | undefined): readonly number[] | undefined {
  if (order === undefined) return undefined
  if (order.length % 2 !== 0) throw new WireError('is no list of numbers', ['BootOrder'])
  const from = new Reader(order)
  return Array.from({ length: order.length / 2 }, () => from.u16(true))
}
