import { WireError } from '../bytes/index.ts'
import { type PeImage, sectionContent } from './pe-image.ts'

/** Where programs of systemd for UEFI say what they are. */
const magicSection = '.sdmagic'

/**
 * The version in `#### LoaderInfo: systemd-stub 252.39-1~deb12u1 ####`.
 * @throws WireError if the image is not this program.
 */
export function systemdVersion(image: PeImage, program: 'systemd-stub' | 'systemd-boot'): number {
  const section = image.sections.find(({ name }) => name === magicSection)
  const text = new TextDecoder('latin1').decode(section && sectionContent(image, section))
  const [, name, version] = /^#### LoaderInfo: (systemd-\w+) (\d{3})/.exec(text) ?? []
  if (name !== program || version === undefined) throw new WireError(`names no version of ${program}`, [magicSection])
  return Number(version)
}
