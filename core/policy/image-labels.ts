import { untrustedHint } from '../eventlog/index.ts'
import { type MeasuredEvent, type VerifiedEvidence } from '../evidence/index.ts'
import { eventsOf } from './boot-rules.ts'

type Order = Pick<MeasuredEvent, 'index'>

/**
 * What each image of PCR 4 seems to be, as a name for eyes: the rule is the position. It goes by where the log has them among
 * the events of other PCRs, which no digest covers.
 */
export function imageLabels(evidence: VerifiedEvidence): readonly string[] {
  const { images, sections } = evidence.boot
  const [section] = sections
  if (section !== undefined) return unifiedLabels(images, section.nameEvent)
  const isMeasuring = [8, 9, 12].some((pcr) => eventsOf(evidence, pcr).length > 0)
  const [command] = eventsOf(evidence, 8)
  return images.map((image, at) => {
    if (at < images.length - 1) return 'loader'
    if (!isMeasuring) return 'lastImage'
    // GRUB measures its commands, and starts a kernel after them, by itself or by the firmware.
    return command !== undefined && isBefore(image, command) ? 'loader' : 'kernelImage'
  })
}

/** systemd's stub measures the sections of the image that it stands in, then loads add-ons and the kernel. */
function unifiedLabels(images: readonly MeasuredEvent[], section: Order): readonly string[] {
  const unified = images.findLastIndex((image) => isBefore(image, section))
  return images.map((image, at) => {
    if (at < unified) return 'loader'
    if (at === unified) return 'unifiedImage'
    return /\.addon\.efi\b/i.test(untrustedHint(image)) ? 'addon' : 'kernelImage'
  })
}

function isBefore(image: Order, other: Order): boolean {
  return image.index < other.index
}
