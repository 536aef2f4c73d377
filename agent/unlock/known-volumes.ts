import { z } from 'zod'
import { WireError } from '../../core/bytes/index.ts'
import { formatUuid, parseUuid, type Folder } from '../config/index.ts'

const file = 'volumes.json'
const format = 'bootlatch-volumes-v1'
const volumesJson = z.strictObject({
  format: z.literal(format),
  volumes: z.array(z.strictObject({ uuid: z.guid(), device: z.string().min(1).max(4096) })).max(64),
})

/** A volume, and where it is looked for. */
export interface VolumePlace {
  readonly uuid: Uint8Array
  readonly device: string
}

/** The volumes that were added on this machine. @throws WireError if the file is damaged. */
export function knownVolumes(files: Folder): readonly VolumePlace[] {
  const contents = files.read(file)
  if (contents === undefined) return []
  const parsed = volumesJson.safeParse(parseJson(contents))
  if (!parsed.success) throw new WireError(parsed.error.issues[0]?.message ?? 'malformed', [file])
  return parsed.data.volumes.map(({ uuid, device }) => ({ uuid: parseUuid(uuid), device }))
}

/** Remembers where a volume is, instead of where it was. */
export function keepVolume(files: Folder, volume: VolumePlace): void {
  const uuid = formatUuid(volume.uuid)
  const others = knownVolumes(files).map((known) => ({ ...known, uuid: formatUuid(known.uuid) }))
  const volumes = [...others.filter((other) => other.uuid !== uuid), { uuid, device: volume.device }]
  files.replace(file, new TextEncoder().encode(`${JSON.stringify({ format, volumes }, undefined, 2)}\n`))
}

function parseJson(contents: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(contents))
  } catch (cause) {
    throw new WireError('not JSON', [file], { cause })
  }
}
