import { z } from 'zod'
import { formatUuid, type Folder, type MachineIdentity } from '../config/index.ts'
import type { BootGate } from '../gate/index.ts'
import { readLuksHeader, type LuksHeader } from './luks-header.ts'
import { addKeyslot, nameKeyslot, ownKeyslotOf, removeKeyslot, VolumeError } from './luks-volume.ts'

const volumeKeyBytes = 32
/** Says, while a keyslot is being added, which one: a crash leaves a keyslot whose key nobody has. */
const addingFile = (uuid: Uint8Array) => `volume-${formatUuid(uuid)}.adding`

const intention = z.strictObject({ keyslot: z.int().min(0).max(31) })

export interface AddVolume {
  readonly device: string
  readonly existingKeyFile: string
  readonly identity: MachineIdentity
  readonly files: Folder
  readonly gate: Pick<BootGate, 'depositKey'>
  readonly random: (size: number) => Uint8Array
}

export interface AddedVolume {
  readonly uuid: Uint8Array
  readonly keyslot: number
  readonly keyslotDigest: Uint8Array
  /** False where an earlier run had added it. */
  readonly added: boolean
}

/**
 * Gives a LUKS2 volume a random key, and the key to the server. The volume has a keyslot that its token names as ours only
 * once the server has stored the key; whatever fails before leaves the volume as it was.
 * @throws VolumeError, CryptsetupError, KeyslotError, GateError
 */
export async function addVolume(adding: AddVolume): Promise<AddedVolume> {
  const { device, identity, files, random } = adding
  const header = await cleanedHeader(device, files)
  const { uuid } = header
  const known = ownKeyslotOf(header, identity.machineId, identity.serverId)
  if (known !== undefined) return { uuid, keyslot: known, keyslotDigest: header.keyslotDigest(known), added: false }

  const keyslot = header.freeKeyslot
  if (keyslot === undefined) throw new VolumeError(`${device} has no free keyslot`)
  files.replace(addingFile(uuid), new TextEncoder().encode(JSON.stringify({ keyslot })))
  const key = random(volumeKeyBytes)
  try {
    await addKeyslot(device, keyslot, key, adding.existingKeyFile)
    const keyslotDigest = await depositOrRemove(adding, keyslot, key)
    files.remove(addingFile(uuid))
    return { uuid, keyslot, keyslotDigest, added: true }
  } finally {
    key.fill(0)
  }
}

async function depositOrRemove(adding: AddVolume, keyslot: number, key: Uint8Array): Promise<Uint8Array> {
  const { device, identity, gate } = adding
  try {
    const header = await readLuksHeader(device)
    const keyslotDigest = header.keyslotDigest(keyslot)
    await gate.depositKey({ uuid: header.uuid, keyslotDigest, key })
    await nameKeyslot(device, keyslot, identity)
    return keyslotDigest
  } catch (error) {
    await removeKeyslot(device, keyslot)
    throw error
  }
}

/** The header, without the keyslot that a crashed run left. */
async function cleanedHeader(device: string, files: Folder): Promise<LuksHeader> {
  const header = await readLuksHeader(device)
  const left = files.read(addingFile(header.uuid))
  if (left === undefined) return header
  const { keyslot } = intention.parse(JSON.parse(new TextDecoder().decode(left)))
  if (header.isOrphan(keyslot)) await removeKeyslot(device, keyslot)
  files.remove(addingFile(header.uuid))
  return await readLuksHeader(device)
}
