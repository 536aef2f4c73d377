import { WireError } from '../bytes/index.ts'
import { encodeUtf16, EV } from '../eventlog/index.ts'
import { type BootEvent, dataEvent } from './boot-event.ts'
import { imageLoadEvent } from './image-load.ts'
import { type PeImage } from './pe-image.ts'
import { systemdVersion } from './systemd-magic.ts'
import { type Uki } from './uki.ts'

const kernelParametersPcr = 12
/** Later versions leave the command line in the image to the stub and measure their configuration. */
const newestKnownVersion = 253

/** systemd-boot, and where the log says that it came from. */
export interface SystemdBoot {
  readonly image: PeImage
  readonly path: string
}

/**
 * What systemd-boot measures when it starts an image: itself, the image, and the options that it passes.
 * @throws WireError if it is no systemd-boot whose measurements are known.
 */
export function systemdBootEvents(
  { image, path }: SystemdBoot,
  options: string | undefined,
  [loaded, ...then]: readonly [BootEvent, ...BootEvent[]],
): readonly [BootEvent, ...BootEvent[]] {
  const version = systemdVersion(image, 'systemd-boot')
  if (version > newestKnownVersion) throw new WireError(`what systemd-boot ${version} measures is not known`)
  return [
    imageLoadEvent(image, path),
    loaded,
    ...(options === undefined ? [] : [dataEvent(kernelParametersPcr, EV.IPL, encodeUtf16(`${options}\0`))]),
    ...then,
  ]
}

/** The options that systemd-boot passes to a unified kernel image where nobody gave others: those in it, without the newline that ends them. */
export function embeddedOptions({ sections }: Uki): string | undefined {
  const section = sections.get('.cmdline')
  if (section === undefined || section.length === 0) return undefined
  const [text = ''] = new TextDecoder().decode(section).split('\0', 1)
  return text.replace(/\n$/, '')
}
