/**
 * Boots that were changed in one component, made from the recorded Secure Boot log: what the firmware would have
 * measured had the unified kernel image held other bytes.
 */
import { createHash } from 'node:crypto'
import { toHex } from '../core/bytes/index.ts'
import { digestAlgorithm, parseEventLog, writeEventLog, type Event } from '../core/eventlog/index.ts'

const pcrOfImages = 4
const pcrOfUkiSections = 11

const hash = (algorithm: number, content: string): Uint8Array => {
  const known = digestAlgorithm(algorithm)
  if (known === undefined)
    throw new TypeError(`the recorded log has a bank 0x${algorithm.toString(16)} that cannot be made`)
  return new Uint8Array(createHash(known.name).update(content).digest())
}

const measuring = (event: Event, content: string): Event => ({
  ...event,
  digests: new Map([...event.digests.keys()].map((algorithm) => [algorithm, hash(algorithm, content)])),
})

const measures = (event: Event | undefined, content: string): boolean =>
  event !== undefined &&
  [...event.digests].every(([algorithm, digest]) => toHex(digest) === toHex(hash(algorithm, content)))

/**
 * The log of the same boot with another content in one section of the unified kernel image: the section's measurement
 * in PCR 11 and the image's own in PCR 4 change, as they would.
 */
export function withChangedSection(log: Uint8Array, section: '.linux' | '.cmdline', content: string): Uint8Array {
  const recorded = parseEventLog(log)
  const image = recorded.events.findLast(({ pcr }) => pcr === pcrOfImages)
  const events = recorded.events.map((event, at) => {
    if (event === image) return measuring(event, `image with ${section} of ${content}`)
    const before = recorded.events[at - 1]
    const isContent = event.pcr === pcrOfUkiSections && measures(before, `${section}\0`)
    return isContent ? measuring(event, content) : event
  })
  return writeEventLog({ ...recorded, events })
}
