import { Reader, trimEnd, WireError } from '../bytes/index.ts'
import { EV } from './event-types.ts'
import { type Event } from './event-log.ts'
import { decodeUtf16 } from './utf16.ts'

/** What GRUB writes in front of the text that it measures, without measuring it. */
const grubPrefix = /^(?:grub_cmd|kernel_cmdline|module_cmdline): /

const maxBytes = 16_384

/**
 * The texts that an event may have measured, going by what it says of itself; in all readings. Claims: whoever uses one has to
 * hash it.
 */
export function untrustedTexts(event: Event): readonly string[] {
  if (event.untrustedData.length > maxBytes) return []
  const data = event.untrustedType === EV.EVENT_TAG ? taggedData(event.untrustedData) : event.untrustedData
  const readings = [new TextDecoder('utf-8').decode(data), decodeUtf16(data)].map((text) => trimEnd(text, '\0'))
  return readings.flatMap((text) => (grubPrefix.test(text) ? [text.replace(grubPrefix, ''), text] : [text]))
}

/** TCG_PCClientTaggedEvent, PFP 10.4.2.2. */
function taggedData(data: Uint8Array): Uint8Array {
  try {
    const from = new Reader(data)
    from.u32(true)
    return from.bytes(from.u32(true))
  } catch (error) {
    if (error instanceof WireError) return data
    throw error
  }
}
