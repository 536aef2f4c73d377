import { WireError } from '../bytes/index.ts'
import { encodeUtf16, EV } from '../eventlog/index.ts'
import { type BootEvent, dataEvent } from './boot-event.ts'
import { imageLoadEvent } from './image-load.ts'
import { type PeImage } from './pe-image.ts'
import { systemdVersion } from './systemd-magic.ts'
import { type Uki, ukiEvents, type UkiStart } from './uki.ts'

const kernelParametersPcr = 12
/** Later versions leave the command line in the image to the stub and measure their configuration. */
const newestKnownVersion = 253

/** systemd-boot, and where the log says that it came from. */
export interface SystemdBoot {
  readonly image: PeImage
  readonly path: string
}

/**
 * What systemd-boot measures when it starts a unified kernel image: itself, the image, and the options that it passes, which are those in the image
 * where nobody gave others.
 * @throws WireError if it is no systemd-boot whose measurements are known.
 */
export function systemdBootEvents(
  loader: SystemdBoot,
  uki: Uki,
  start: UkiStart,
): readonly [BootEvent, ...BootEvent[]] {
  const version = systemdVersion(loader.image, 'systemd-boot')
  if (version > newestKnownVersion)
    throw new WireError(`what systemd-boot ${version} measures is not known`, ['.sdmagic'])
  const options = start.commandLine ?? embeddedOptions(uki)
  const [loaded, ...then] = ukiEvents(uki, { ...start, commandLine: options })
  return [
    imageLoadEvent(loader.image, loader.path),
    loaded,
    ...(options === undefined ? [] : [dataEvent(kernelParametersPcr, EV.IPL, encodeUtf16(`${options}\0`))]),
    ...then,
  ]
}

/** The command line in the image, without the newline that ends it. */
function embeddedOptions({ sections }: Uki): string | undefined {
  const section = sections.get('.cmdline')
  if (section === undefined || section.length === 0) return undefined
  const [text = ''] = new TextDecoder().decode(section).split('\0', 1)
  return text.replace(/\n$/, '')
}
