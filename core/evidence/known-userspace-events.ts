import { isDigestOf } from './known-events.ts'
import { type MeasuredEvent } from './measured-event.ts'
import { isOsSeparator } from './os-separator.ts'

/** What systemd says that it measures, besides its separator and the phases of PCR 11 (TPM2_PCR_MEASUREMENTS). */
const textsOfPcr: Readonly<Record<number, readonly RegExp[]>> = {
  9: [/^nvpcr-init:[0-9A-Za-z_.-]{1,64}:0x[0-9a-f]{1,8}:[0-9a-f]{8,136}$/, /^nvpcr-separator$/],
}
/** PCR 15, of which the rule on the cap asks that it is untouched or has a named value. */
const judgedByValue = 15

/** Whether an event of the userspace log is one that systemd is known to measure there, of the text that it measured. */
export function isKnownOfUserspace(event: MeasuredEvent): boolean {
  if (event.pcr === judgedByValue || isOsSeparator(event)) return true
  const text = claimedText(event)
  return (
    text !== undefined &&
    textsOfPcr[event.pcr]?.some((form) => form.test(text)) === true &&
    isDigestOf(event, new TextEncoder().encode(text))
  )
}

/** The record's own words: replayedLog writes them down as JSON. */
function claimedText({ untrustedData }: MeasuredEvent): string | undefined {
  const claim = JSON.parse(new TextDecoder().decode(untrustedData)) as {
    readonly content?: Readonly<Record<string, unknown>>
  }
  const text = claim.content?.['string']
  return typeof text === 'string' ? text : undefined
}
