import { toHex } from '../bytes/index.ts'
import { digestAlgorithm, EV, type Event, type LogAlgorithm, parseEventLog } from '../eventlog/index.ts'
import { type BootDescription } from './boot-description.ts'
import { type BootEvent, type RecordedEvent } from './boot-event.ts'
import { BootFileError } from './boot-file-error.ts'
import { type BootFiles, contentOf, inFile } from './boot-files.ts'
import { type FirmwareEvents, firmwareEvents, type FirmwareSettings } from './firmware.ts'
import { gptEvent } from './gpt.ts'
import { authorityOf } from './image-authority.ts'
import { parsePeImage } from './pe-image.ts'
import { parseStoredSettings } from './stored-settings.ts'

/** What the firmware measures, and whether it lets unsigned images start. */
type PlannedFirmware = FirmwareEvents<BootEvent | RecordedEvent> & { readonly secureBoot: boolean }

type DescribedFirmware = Exclude<BootDescription['firmware'], { recorded: string } | undefined>

/**
 * The firmware's part of a boot: of a recorded log, or of its settings.
 * @throws BootFileError if a file is not what the description takes it for.
 */
export function plannedFirmware(
  description: BootDescription,
  files: BootFiles,
  algorithms: readonly LogAlgorithm[],
): PlannedFirmware {
  const { firmware } = description
  if (firmware !== undefined && 'recorded' in firmware) return recordedFirmware(firmware.recorded, files, algorithms)
  const { version, blobs, disk } = firmware ?? {}
  const { secureBoot, bootOrder, bootOptions } =
    firmware?.variables === undefined
      ? describedSettings(firmware, files)
      : storedSettings(firmware.variables, description, files)
  const events = firmwareEvents({
    version,
    blobs: (blobs ?? []).map(({ base, file }) => ({ base: BigInt(base), content: contentOf(files, file) })),
    secureBoot,
    bootOrder,
    bootOptions,
    gpt: disk === undefined ? undefined : inFile(disk, () => gptEvent(contentOf(files, disk))),
  })
  return { ...events, secureBoot: secureBoot?.enabled ?? false }
}

type Settings = Pick<FirmwareSettings, 'secureBoot' | 'bootOrder' | 'bootOptions'>

function describedSettings(firmware: DescribedFirmware | undefined, files: BootFiles): Settings {
  const content = (path: string): Uint8Array => contentOf(files, path)
  const list = (path: string | undefined): Uint8Array => (path === undefined ? new Uint8Array() : content(path))
  const { secureBoot } = firmware ?? {}
  return {
    secureBoot: secureBoot && {
      enabled: secureBoot.enabled,
      PK: list(secureBoot.PK),
      KEK: list(secureBoot.KEK),
      db: list(secureBoot.db),
      dbx: list(secureBoot.dbx),
      authorities: (secureBoot.authorities ?? []).map(content),
    },
    bootOrder: firmware?.bootOrder,
    bootOptions: (firmware?.bootOptions ?? []).map(({ number, file }) => ({ number, option: content(file) })),
  }
}

/** Settings as the machine keeps them; what vouches for the images follows from db. */
function storedSettings(path: string, description: BootDescription, files: BootFiles): Settings {
  const { secureBoot, ...order } = inFile(path, () => parseStoredSettings(contentOf(files, path)))
  const authorities = secureBoot.enabled
    ? imagesOfFirmware(description).map((image) =>
        inFile(image, () => authorityOf(parsePeImage(contentOf(files, image)), secureBoot.db)),
      )
    : []
  const once = new Map(authorities.map((authority) => [toHex(authority), authority]))
  return { secureBoot: { ...secureBoot, authorities: [...once.values()] }, ...order }
}

/** The images that firmware itself loads and verifies; shim verifies what comes after it. */
function imagesOfFirmware({ shim, systemdBoot, grub, uki, kernel }: BootDescription): readonly string[] {
  const images = shim === undefined ? [systemdBoot, grub, uki, kernel] : [shim]
  return images.flatMap((part) => (part === undefined ? [] : [part.image]))
}

/** Of a recorded boot what the firmware measured by itself, before and after it loaded the first image. */
function recordedFirmware(path: string, files: BootFiles, algorithms: readonly LogAlgorithm[]): PlannedFirmware {
  const { events } = inFile(path, () => parseEventLog(contentOf(files, path)))
  const first = events.findIndex(
    ({ pcr, untrustedType }) => pcr === 4 && untrustedType === EV.EFI_BOOT_SERVICES_APPLICATION,
  )
  if (first < 0) throw new BootFileError(path, 'starts no loader')
  const lastSeparator = events.findLastIndex(({ untrustedType }) => untrustedType === EV.SEPARATOR)
  const early = events.slice(0, first).map(asRecorded)
  const late = events.slice(first + 1, Math.max(first, lastSeparator) + 1).map(asRecorded)

  const missing = algorithms.find(({ id }) => [...early, ...late].some(({ digests }) => !digests.has(id)))
  if (missing !== undefined) {
    throw new BootFileError(path, `has no digests of ${digestAlgorithm(missing.id)?.name ?? String(missing.id)}`)
  }
  const secureBoot = early.some(({ pcr, type }) => pcr === 7 && type === EV.EFI_VARIABLE_AUTHORITY)
  return { early, late, authorities: [], disk: [], secureBoot }
}

function asRecorded({ pcr, untrustedType: type, digests, untrustedData: data }: Event): RecordedEvent {
  return { pcr, type, digests, data }
}
