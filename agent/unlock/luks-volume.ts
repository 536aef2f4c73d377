import { equalInConstantTime, toHex } from '../../core/bytes/index.ts'
import type { MachineIdentity } from '../config/index.ts'
import { formatUuid } from '../config/index.ts'
import { runCryptsetup } from './cryptsetup.ts'
import { ownKdf, ownTokenJson, readLuksHeader, type LuksHeader } from './luks-header.ts'

/** A volume that the machine wants to open. */
export interface Volume {
  readonly device: string
  readonly uuid: Uint8Array
  readonly keyslot: number
  readonly keyslotDigest: Uint8Array
}

/** A volume that cannot be asked for. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError'
}

/**
 * Finds on a device the keyslot whose key the server holds for this machine.
 * @throws VolumeError if it has none, or is not the volume expected; CryptsetupError, KeyslotError.
 */
export async function findVolume(
  device: string,
  { machineId, serverId }: MachineIdentity,
  expectedUuid?: Uint8Array,
): Promise<Volume> {
  const header = await readLuksHeader(device)
  if (expectedUuid !== undefined && !equalInConstantTime(header.uuid, expectedUuid)) {
    throw new VolumeError(`${device} is the volume ${formatUuid(header.uuid)}, not ${formatUuid(expectedUuid)}`)
  }
  const keyslot = ownKeyslotOf(header, machineId, serverId)
  if (keyslot === undefined) throw new VolumeError(`${device} has no keyslot of this machine: see 'volume add'`)
  return { device, uuid: header.uuid, keyslot, keyslotDigest: header.keyslotDigest(keyslot) }
}

/** The keyslot that a token of ours names for this machine and server. */
export function ownKeyslotOf(header: LuksHeader, machineId: Uint8Array, serverId: Uint8Array): number | undefined {
  return header.ownKeyslots.find(
    (own) => equalInConstantTime(own.machineId, machineId) && own.serverId === toHex(serverId),
  )?.keyslot
}

/** Opens the volume under /dev/mapper; with `test`, proves only that the key would. @throws CryptsetupError */
export async function openVolume(volume: Volume, key: Uint8Array, how: { readonly test: boolean }): Promise<void> {
  const target = how.test ? ['--test-passphrase', volume.device] : [volume.device, mapperName(volume)]
  const slot = ['--key-slot', volume.keyslot.toString()]
  await runCryptsetup(['open', '--type', 'luks2', '--key-file', '-', ...slot, ...target], key)
}

/** The name that systemd's generator gives a volume found by its UUID. */
export function mapperName({ uuid }: Pick<Volume, 'uuid'>): string {
  return `luks-${formatUuid(uuid)}`
}

/** Gives `key` a keyslot of the volume that the existing key file opens. */
export async function addKeyslot(
  device: string,
  keyslot: number,
  key: Uint8Array,
  existingKeyFile: string,
): Promise<void> {
  const kdf = ['--pbkdf', ownKdf.type, '--pbkdf-force-iterations', ownKdf.iterations.toString()]
  const slot = ['--new-key-slot', keyslot.toString(), '--new-keyfile-size', key.length.toString()]
  await runCryptsetup(['luksAddKey', device, '-', '--key-file', existingKeyFile, ...slot, ...kdf], key)
}

export async function removeKeyslot(device: string, keyslot: number): Promise<void> {
  await runCryptsetup(['--batch-mode', 'luksKillSlot', device, keyslot.toString()])
}

/** Marks a keyslot as ours. */
export async function nameKeyslot(
  device: string,
  keyslot: number,
  { machineId, serverId }: MachineIdentity,
): Promise<void> {
  const token = ownTokenJson({ keyslot, machineId, serverId: toHex(serverId) })
  await runCryptsetup(['token', 'import', '--json-file', '-', device], new TextEncoder().encode(token))
}
