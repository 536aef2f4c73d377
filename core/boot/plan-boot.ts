import { WireError } from '../bytes/index.ts'
import { digestAlgorithm, EV, type EventLog, type LogAlgorithm, parseEventLog } from '../eventlog/index.ts'
import { type BootDescription } from './boot-description.ts'
import { BootFileError } from './boot-file-error.ts'
import { type BootEvent, logOfBoot, type RecordedEvent } from './boot-event.ts'
import { efiStubEvents } from './efi-stub.ts'
import { exitBootServicesEvents, firmwareEvents } from './firmware.ts'
import { gptBytes, gptEvent } from './gpt.ts'
import { imageLoadEvent } from './image-load.ts'
import { parsePeImage } from './pe-image.ts'
import { parseUki, ukiEvents } from './uki.ts'

const maxFileBytes = 2 ** 30
const defaultPath = '\\EFI\\BOOT\\BOOTX64.EFI'

/** A file that a description names, and how many bytes of its start are needed at most. */
export interface NeededFile {
  readonly path: string
  readonly limitBytes: number
  /** Whether a longer file is cut instead of refused: of a disk only the partition table is read. */
  readonly startOnly: boolean
}

/** The contents of the files that a description names, by the name it gives them. */
export type BootFiles = ReadonlyMap<string, Uint8Array>

/** The files that planning a boot will read. */
export function filesOfBoot({ firmware, uki, kernel }: BootDescription): readonly NeededFile[] {
  const whole = (path: string): NeededFile => ({ path, limitBytes: maxFileBytes, startOnly: false })
  const boot = [uki?.image, kernel?.image, ...(kernel?.initrd ?? [])]
  const named = firmware === undefined ? [] : 'recorded' in firmware ? [firmware.recorded] : settingsFiles(firmware)
  const disk = firmware !== undefined && !('recorded' in firmware) ? firmware.disk : undefined
  return [
    ...[...named, ...boot].flatMap((path) => (path === undefined ? [] : [whole(path)])),
    ...(disk === undefined ? [] : [{ path: disk, limitBytes: gptBytes, startOnly: true }]),
  ]
}

type DescribedFirmware = Exclude<BootDescription['firmware'], { recorded: string } | undefined>

function settingsFiles({ blobs, secureBoot, bootOptions }: DescribedFirmware): readonly (string | undefined)[] {
  return [
    ...(blobs ?? []).map(({ file }) => file),
    ...[secureBoot?.PK, secureBoot?.KEK, secureBoot?.db, secureBoot?.dbx],
    ...(secureBoot?.authorities ?? []),
    ...(bootOptions ?? []).map(({ file }) => file),
  ]
}

/**
 * The log that a boot of the description writes, with digests in the given banks.
 * @throws BootFileError if a file is not what the description takes it for.
 */
export function planBoot(
  description: BootDescription,
  files: BootFiles,
  algorithms: readonly LogAlgorithm[],
): EventLog {
  const firmware = plannedFirmware(description.firmware, files, algorithms)
  const events = [
    ...firmware.events,
    ...loaderEvents(description, files, firmware.secureBoot),
    ...exitBootServicesEvents(),
  ]
  return logOfBoot(events, algorithms)
}

interface PlannedFirmware {
  readonly events: readonly (BootEvent | RecordedEvent)[]
  readonly secureBoot: boolean
}

function plannedFirmware(
  firmware: BootDescription['firmware'],
  files: BootFiles,
  algorithms: readonly LogAlgorithm[],
): PlannedFirmware {
  if (firmware !== undefined && 'recorded' in firmware) return recordedFirmware(firmware.recorded, files, algorithms)
  const content = (path: string): Uint8Array => contentOf(files, path)
  const list = (path: string | undefined): Uint8Array => (path === undefined ? new Uint8Array() : content(path))
  const { secureBoot, disk } = firmware ?? {}
  const events = firmwareEvents({
    version: firmware?.version,
    blobs: (firmware?.blobs ?? []).map(({ base, file }) => ({ base: BigInt(base), content: content(file) })),
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
    gpt: disk === undefined ? undefined : inFile(disk, () => gptEvent(content(disk))),
  })
  return { events, secureBoot: secureBoot?.enabled ?? false }
}

/** Of a recorded boot what the firmware measured before it started the first loader. */
function recordedFirmware(path: string, files: BootFiles, algorithms: readonly LogAlgorithm[]): PlannedFirmware {
  const { events } = inFile(path, () => parseEventLog(contentOf(files, path)))
  const first = events.findIndex(
    ({ pcr, untrustedType }) => pcr === 4 && untrustedType === EV.EFI_BOOT_SERVICES_APPLICATION,
  )
  if (first < 0) throw new BootFileError(path, 'starts no loader')
  if (!events.slice(0, first).some(({ pcr, untrustedType }) => pcr === 4 && untrustedType === EV.SEPARATOR)) {
    throw new BootFileError(path, 'starts its loader before the firmware is done; record a boot from disk')
  }
  const kept = events
    .slice(0, first)
    .map(({ pcr, untrustedType: type, digests, untrustedData: data }) => ({ pcr, type, digests, data }))
  const missing = algorithms.find(({ id }) => kept.some(({ digests }) => !digests.has(id)))
  if (missing !== undefined) {
    throw new BootFileError(path, `has no digests of ${digestAlgorithm(missing.id)?.name ?? String(missing.id)}`)
  }
  return { events: kept, secureBoot: kept.some(({ pcr, type }) => pcr === 7 && type === EV.EFI_VARIABLE_AUTHORITY) }
}

function loaderEvents({ uki, kernel }: BootDescription, files: BootFiles, secureBoot: boolean): readonly BootEvent[] {
  if (uki !== undefined) {
    return inFile(uki.image, () =>
      ukiEvents(parseUki(contentOf(files, uki.image)), {
        path: uki.path ?? defaultPath,
        commandLine: uki.commandLine,
        secureBoot,
      }),
    )
  }
  if (kernel === undefined) throw new TypeError('a boot description without a boot')
  return [
    inFile(kernel.image, () =>
      imageLoadEvent(parsePeImage(contentOf(files, kernel.image)), kernel.path ?? defaultPath),
    ),
    ...efiStubEvents({
      commandLine: kernel.commandLine,
      initrd: kernel.initrd?.map((path) => contentOf(files, path)),
    }),
  ]
}

function contentOf(files: BootFiles, path: string): Uint8Array {
  const content = files.get(path)
  if (content === undefined) throw new TypeError(`${path} was not read`)
  return content
}

/** Names the file of a failure inside. */
function inFile<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof WireError) throw new BootFileError(path, error.message, { cause: error })
    throw error
  }
}
