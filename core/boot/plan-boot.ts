import { digestAlgorithm, EV, type Event, type EventLog, type LogAlgorithm, parseEventLog } from '../eventlog/index.ts'
import { type BootDescription } from './boot-description.ts'
import { chainEvents } from './boot-chain.ts'
import { BootFileError } from './boot-file-error.ts'
import { type BootFiles, contentOf, inFile, type NeededFile } from './boot-files.ts'
import { type BootEvent, logOfBoot, type RecordedEvent } from './boot-event.ts'
import { exitBootServicesEvents, type FirmwareEvents, firmwareEvents } from './firmware.ts'
import { gptBytes, gptEvent } from './gpt.ts'

const maxFileBytes = 2 ** 30

/** The files that planning a boot will read. */
export function filesOfBoot({
  firmware,
  shim,
  systemdBoot,
  grub,
  uki,
  kernel,
}: BootDescription): readonly NeededFile[] {
  const whole = (path: string): NeededFile => ({ path, limitBytes: maxFileBytes, startOnly: false })
  const loaders = [shim?.image, systemdBoot?.image, grub?.image, ...Object.values(grub?.files ?? {})]
  const boot = [...loaders, uki?.image, kernel?.image, ...(kernel?.initrd ?? [])]
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
  const [first, ...then] = chainEvents(description, files, firmware.secureBoot)
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
