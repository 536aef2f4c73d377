import { WireError } from '../bytes/index.ts'
import { digestAlgorithm, EV, type Event, type EventLog, type LogAlgorithm, parseEventLog } from '../eventlog/index.ts'
import { type BootDescription } from './boot-description.ts'
import { BootFileError } from './boot-file-error.ts'
import { type BootEvent, logOfBoot, type RecordedEvent } from './boot-event.ts'
import { efiStubEvents } from './efi-stub.ts'
import { exitBootServicesEvents, type FirmwareEvents, firmwareEvents } from './firmware.ts'
import { gptBytes, gptEvent } from './gpt.ts'
import { imageLoadEvent } from './image-load.ts'
import { parsePeImage } from './pe-image.ts'
import { asQemuLoads } from './qemu-kernel.ts'
import { parseUki, ukiEvents } from './uki.ts'

const maxFileBytes = 2 ** 30
/** OVMF serves QEMU's initrd as a file of this name and says so to the kernel. */
const ovmfInitrdOption = ' initrd=initrd'
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

type DescribedKernel = Exclude<BootDescription['kernel'], undefined>
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
  const [first, ...then] = loaderEvents(description, files, firmware.secureBoot)
  const { early, late, authorities, disk } = firmware
  const isHandedOver = description.kernel?.qemu !== undefined
  if (description.firmware !== undefined && 'recorded' in description.firmware && isHandedOver !== late.length > 0) {
    const wanted = isHandedOver ? 'got its kernel from QEMU' : 'started from a disk'
    throw new BootFileError(description.firmware.recorded, `records no boot that ${wanted}`)
  }
  const started = isHandedOver
    ? [...early, ...authorities, first, ...late]
    : [...early, ...late, ...authorities, ...disk, first]
  return logOfBoot([...started, ...then, ...exitBootServicesEvents()], algorithms)
}

type PlannedFirmware = FirmwareEvents<BootEvent | RecordedEvent> & { readonly secureBoot: boolean }

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
  return { ...events, secureBoot: secureBoot?.enabled ?? false }
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

type Loaded = readonly [BootEvent, ...BootEvent[]]

function loaderEvents({ uki, kernel }: BootDescription, files: BootFiles, secureBoot: boolean): Loaded {
  if (uki !== undefined) {
    const start = { path: uki.path ?? defaultPath, commandLine: uki.commandLine, secureBoot }
    return inFile(uki.image, () => ukiEvents(parseUki(contentOf(files, uki.image)), start))
  }
  if (kernel === undefined) throw new TypeError('a boot description without a boot')
  const initrd = kernel.initrd?.map((path) => contentOf(files, path))
  const image = contentOf(files, kernel.image)
  if (kernel.qemu === undefined) return kernelEvents(kernel, image, kernel.commandLine, initrd)
  const { memoryMiB } = kernel.qemu

  const initrdBytes = initrd?.reduce((size, { length }) => size + length, 0)
  const loaded = inFile(kernel.image, () => asQemuLoads(image, { memoryMiB, initrdBytes }))
  const commandLine = (kernel.commandLine ?? '') + (initrd === undefined ? '' : ovmfInitrdOption)
  return kernelEvents(kernel, loaded, commandLine, initrd)
}

function kernelEvents(
  { image, path }: DescribedKernel,
  bytes: Uint8Array,
  commandLine: string | undefined,
  initrd: readonly Uint8Array[] | undefined,
): Loaded {
  const loaded = inFile(image, () => imageLoadEvent(parsePeImage(bytes), path ?? defaultPath))
  return [loaded, ...efiStubEvents({ commandLine, initrd })]
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
