import { type EventLog, type LogAlgorithm } from '../eventlog/index.ts'
import { type BootDescription } from './boot-description.ts'
import { chainEvents } from './boot-chain.ts'
import { BootFileError } from './boot-file-error.ts'
import { type BootFiles, type NeededFile } from './boot-files.ts'
import { logOfBoot } from './boot-event.ts'
import { exitBootServicesEvents } from './firmware.ts'
import { gptBytes } from './gpt.ts'
import { plannedFirmware } from './planned-firmware.ts'

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
  const loaders = [
    shim?.image,
    systemdBoot?.image,
    systemdBoot?.configuration,
    grub?.image,
    ...Object.values(grub?.files ?? {}),
  ]
  const boot = [...loaders, uki?.image, kernel?.image, ...(kernel?.initrd ?? [])]
  const named = firmware === undefined ? [] : 'recorded' in firmware ? [firmware.recorded] : settingsFiles(firmware)
  const disk = firmware !== undefined && !('recorded' in firmware) ? firmware.disk : undefined
  return [
    ...[...named, ...boot].flatMap((path) => (path === undefined ? [] : [whole(path)])),
    ...(disk === undefined ? [] : [{ path: disk, limitBytes: gptBytes, startOnly: true }]),
  ]
}

type DescribedFirmware = Exclude<BootDescription['firmware'], { recorded: string } | undefined>

function settingsFiles({
  variables,
  blobs,
  secureBoot,
  bootOptions,
}: DescribedFirmware): readonly (string | undefined)[] {
  return [
    variables,
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
  const firmware = plannedFirmware(description, files, algorithms)
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
