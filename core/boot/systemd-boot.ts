import { WireError } from '../bytes/index.ts'
import { encodeUtf16, EV } from '../eventlog/index.ts'
import { type BootEvent, dataEvent } from './boot-event.ts'
import { imageLoadEvent } from './image-load.ts'
import { type PeImage } from './pe-image.ts'
import { systemdVersion } from './systemd-magic.ts'
import { taggedEvent } from './tagged-event.ts'
import { type Uki } from './uki.ts'

const kernelParametersPcr = 12
const configurationPcr = 5
/** `loader.conf` (UAPI.7). */
const configurationTag = 0xf5bc_582a

/** What versions measure, newest first: 254 begins to leave the options in an image to the stub, 261 measures SMBIOS as well. */
const behaviours = [
  { from: 258, isKnown: false, passesEmbedded: false, measuresConfiguration: true },
  { from: 255, isKnown: true, passesEmbedded: false, measuresConfiguration: true },
  { from: 254, isKnown: false, passesEmbedded: false, measuresConfiguration: false },
  { from: 0, isKnown: true, passesEmbedded: true, measuresConfiguration: false },
] as const

/** systemd-boot, where the log says that it came from, and its `loader.conf`, if it has one. */
export interface SystemdBoot {
  readonly image: PeImage
  readonly path: string
  readonly configuration: Uint8Array | undefined
}

/**
 * Whether it passes the options that stand in a unified kernel image to its stub.
 * @throws WireError if it is no systemd-boot whose measurements are known.
 */
export function passesEmbeddedOptions({ image }: SystemdBoot): boolean {
  return behaviourOf(image).passesEmbedded
}

/**
 * What systemd-boot measures when it starts an image: itself, its configuration, the image, and the options that it passes.
 * @throws WireError if it is no systemd-boot whose measurements are known.
 */
export function systemdBootEvents(
  { image, path, configuration }: SystemdBoot,
  options: string | undefined,
  [loaded, ...then]: readonly [BootEvent, ...BootEvent[]],
): readonly [BootEvent, ...BootEvent[]] {
  const { measuresConfiguration } = behaviourOf(image)
  return [
    imageLoadEvent(image, path),
    ...(measuresConfiguration && configuration !== undefined ? [configurationEvent(configuration)] : []),
    loaded,
    ...(options === undefined ? [] : [dataEvent(kernelParametersPcr, EV.IPL, encodeUtf16(`${options}\0`))]),
    ...then,
  ]
}

function behaviourOf(image: PeImage): (typeof behaviours)[number] {
  const version = systemdVersion(image, 'systemd-boot')
  const behaviour = behaviours.find(({ from }) => version >= from)
  if (behaviour?.isKnown !== true) throw new WireError(`what systemd-boot ${version} measures is not known`)
  return behaviour
}

function configurationEvent(configuration: Uint8Array): BootEvent {
  return taggedEvent({ pcr: configurationPcr, tag: configurationTag, name: encodeUtf16('loader.conf\0') }, [
    configuration,
  ])
}

/** The options that systemd-boot passes to a unified kernel image where nobody gave others: those in it, without the newline that ends them. */
export function embeddedOptions({ sections }: Uki): string | undefined {
  const section = sections.get('.cmdline')
  if (section === undefined || section.length === 0) return undefined
  const [text = ''] = new TextDecoder().decode(section).split('\0', 1)
  return text.replace(/\n$/, '')
}
