import {
  isSeparator,
  isShimBypassed,
  measuredText,
  type MeasuredEvent,
  type VerifiedEvidence,
} from '../evidence/index.ts'
import { eventsOf, isExplained } from './boot-rules.ts'
import { eventLabel } from './labels.ts'

/**
 * What a boot has left unmeasured, in words for whoever learns from it: other kernels, command lines and initrds would leave the
 * same digests behind. Nothing is decided by it.
 */
export function unmeasured(evidence: VerifiedEvidence): readonly string[] {
  const { images, secureBoot, authorities } = evidence.boot
  const isPast = secureBoot === 'on' && authorities.length === 0
  const isFirmwareMeasured = eventsOf(evidence, 0).some((event) => !isSeparator(event))
  return [
    ...(isFirmwareMeasured
      ? []
      : [
          'The firmware measured nothing of itself (PCR 0 holds a separator): another one leaves the same value behind.',
        ]),
    ...(images.length > 0
      ? []
      : ['No image was measured as it was started: nothing below says which loader or kernel ran.']),
    ...(isPast ? ['Secure Boot was on and vouched for nothing: what was started came past it.'] : []),
    ...(secureBoot === 'contradicted'
      ? ['SecureBoot says on, and the firmware is in setup or audit mode: it vouched for nothing.']
      : []),
    ...(isShimBypassed(evidence.boot)
      ? ['Shim was told to verify nothing (MokSBState): Secure Boot says nothing of what it started.']
      : []),
    ...withoutCommandLine(evidence),
  ]
}

function withoutCommandLine(evidence: VerifiedEvidence): readonly string[] {
  const hasInitrd = isMeasured(evidence, '.initrd', 'initrd')
  if (isMeasured(evidence, '.cmdline', 'commandLine')) return hasInitrd ? [] : withoutInitrd(evidence)
  return hasInitrd
    ? ['No command line was measured: the kernel may have been told anything.']
    : [
        'Nothing was measured of what the last image did: if it is a loader, it may have started any kernel, with any command line and initrd.',
      ]
}

/** A kernel that its command line gives an initrd reads that from the disk and measures nothing (`initrd=`). */
function withoutInitrd(evidence: VerifiedEvidence): readonly string[] {
  const text = measuredTextAmong(eventsOf(evidence, 9), evidence)
  if (text !== undefined && !/(?:^|\s)initrd=/.test(text)) return []
  return ['No initrd was measured: one that the command line names (initrd=) may have been any.']
}

function measuredTextAmong(events: readonly MeasuredEvent[], { untrustedTexts }: VerifiedEvidence): string | undefined {
  return events.map((event) => measuredText(event, untrustedTexts)).find((text) => text !== undefined)
}

/** GRUB measures both, systemd's loader and stub what they pass on, Linux what it is given. */
function isMeasured(
  evidence: VerifiedEvidence,
  section: '.initrd' | '.cmdline',
  label: 'initrd' | 'commandLine',
): boolean {
  const isAnythingIn = (pcr: number) => !isExplained(evidence, pcr) || eventsOf(evidence, pcr).length > 0
  return (
    isAnythingIn(8) ||
    !isExplained(evidence, 11) ||
    evidence.boot.sections.some((one) => one.section === section) ||
    eventsOf(evidence, 9).some((event) => eventLabel(event) === label) ||
    (label === 'commandLine' && isAnythingIn(12))
  )
}
