import { type BootDescription } from './boot-description.ts'
import { type BootEvent } from './boot-event.ts'
import { type BootFiles, contentOf, inFile } from './boot-files.ts'
import { efiStubEvents } from './efi-stub.ts'
import { grubEvents } from './grub/index.ts'
import { imageLoadEvent } from './image-load.ts'
import { parsePeImage } from './pe-image.ts'
import { asQemuLoads } from './qemu-kernel.ts'
import { parseShim, shimEvents } from './shim.ts'
import { embeddedOptions, passesEmbeddedOptions, type SystemdBoot, systemdBootEvents } from './systemd-boot.ts'
import { parseUki, ukiEvents } from './uki.ts'

/** OVMF serves QEMU's initrd as a file of this name and says so to the kernel. */
const ovmfInitrdOption = ' initrd=initrd'
/** Where firmware looks for a loader, and shim for the next. */
const defaultPath = '\\EFI\\BOOT\\BOOTX64.EFI'
const defaultSecondPath = '\\EFI\\BOOT\\grubx64.efi'
const defaultUkiPath = '\\EFI\\Linux\\linux.efi'
const defaultGrubDevice = 'hd0,gpt1'

/** What the images of a boot measure, the first being the load of the first image. */
export type ChainEvents = readonly [BootEvent, ...BootEvent[]]

/**
 * The events from the first image to the kernel's own.
 * @throws BootFileError if a file is not what the description takes it for.
 */
export function chainEvents(description: BootDescription, files: BootFiles, secureBoot: boolean): ChainEvents {
  const { uki, kernel, grub } = description
  if (uki !== undefined) return ukiChain(description, uki, files, secureBoot)
  if (grub !== undefined) return grubChain(description, grub, files, secureBoot)
  if (kernel !== undefined) return kernelChain(description, kernel, files)
  throw new TypeError('a boot description without a boot')
}

type Described<Part extends keyof BootDescription> = Exclude<BootDescription[Part], undefined>

function ukiChain(
  { systemdBoot }: BootDescription,
  { image, path, commandLine }: Described<'uki'>,
  files: BootFiles,
  secureBoot: boolean,
): ChainEvents {
  const uki = inFile(image, () => parseUki(contentOf(files, image)))
  if (systemdBoot === undefined) {
    return inFile(image, () => ukiEvents(uki, { path: path ?? defaultPath, commandLine, secureBoot }))
  }
  const loader = systemdBootOf(systemdBoot, files)
  const passes = inFile(systemdBoot.image, () => passesEmbeddedOptions(loader))
  const options = commandLine ?? (passes ? embeddedOptions(uki) : undefined)
  const start = { path: path ?? defaultUkiPath, commandLine: options, secureBoot }
  const started = inFile(image, () => ukiEvents(uki, start))
  return systemdBootEvents(loader, options, started)
}

function systemdBootOf({ image, path, configuration }: Described<'systemdBoot'>, files: BootFiles): SystemdBoot {
  return {
    image: inFile(image, () => parsePeImage(contentOf(files, image))),
    path: path ?? defaultPath,
    configuration: configuration === undefined ? undefined : contentOf(files, configuration),
  }
}

function grubChain(
  { shim }: BootDescription,
  {
    image,
    path = shim === undefined ? defaultPath : defaultSecondPath,
    device,
    fileSystems,
    files: named,
  }: Described<'grub'>,
  files: BootFiles,
  secureBoot: boolean,
): ChainEvents {
  const [loaded, ...then] = inFile(image, (): ChainEvents => {
    const grub = parsePeImage(contentOf(files, image))
    const surroundings = {
      device: device ?? defaultGrubDevice,
      folder: path.replaceAll('\\', '/').replace(/\/[^/]*$/, ''),
      files: new Map(Object.entries(named).map(([name, file]) => [name, contentOf(files, file)])),
      fileSystems: (fileSystems ?? []).map(({ device: on, uuid, label }) => ({ device: on, uuid, label })),
      secureBoot,
    }
    return [imageLoadEvent(grub, path), ...grubEvents(grub, surroundings)]
  })
  if (shim === undefined) return [loaded, ...then]
  return inFile(shim.image, (): ChainEvents => {
    const first = parsePeImage(contentOf(files, shim.image))
    return [
      imageLoadEvent(first, shim.path ?? defaultPath),
      ...shimEvents(parseShim(first), secureBoot),
      loaded,
      ...then,
    ]
  })
}

function kernelChain({ systemdBoot }: BootDescription, kernel: Described<'kernel'>, files: BootFiles): ChainEvents {
  const initrd = kernel.initrd?.map((path) => contentOf(files, path))
  const image = contentOf(files, kernel.image)
  if (kernel.qemu === undefined) {
    const started = kernelEvents(kernel, image, kernel.commandLine, initrd)
    if (systemdBoot === undefined) return started
    const loader = systemdBootOf(systemdBoot, files)
    return inFile(systemdBoot.image, () => systemdBootEvents(loader, kernel.commandLine, started))
  }
  const { memoryMiB } = kernel.qemu

  const initrdBytes = initrd?.reduce((size, { length }) => size + length, 0)
  const loaded = inFile(kernel.image, () => asQemuLoads(image, { memoryMiB, initrdBytes }))
  const commandLine = (kernel.commandLine ?? '') + (initrd === undefined ? '' : ovmfInitrdOption)
  return kernelEvents(kernel, loaded, commandLine, initrd)
}

function kernelEvents(
  { image, path }: Described<'kernel'>,
  bytes: Uint8Array,
  commandLine: string | undefined,
  initrd: readonly Uint8Array[] | undefined,
): ChainEvents {
  const loaded = inFile(image, () => imageLoadEvent(parsePeImage(bytes), path ?? defaultPath))
  return [loaded, ...efiStubEvents({ commandLine, initrd })]
}
