import { EV } from './event-types.ts'
import { type Event } from './event-log.ts'
import { EventLogError } from './event-log-error.ts'

const signature = new TextEncoder().encode('StartupLocality\0')

/** Localities that a static launch can have: 0, 3, or 4 after an H-CRTM (PFP 10.4.5.3). */
const localities: readonly number[] = [0, 3, 4]

/** Whether an event says at which locality the TPM was started. */
export function isStartupLocality(event: Event): boolean {
  const data = event.untrustedData
  return event.untrustedType === EV.NO_ACTION && event.pcr === 0 && signature.every((byte, i) => byte === data[i])
}

/** The data of an EV_NO_ACTION event that says at which locality the TPM was started. */
export function encodeStartupLocality(locality: number): Uint8Array {
  return Uint8Array.of(...signature, locality)
}

/**
 * The locality that gives PCR 0 its first value. An H-CRTM is measured before TPM2_Startup, which then acts as at locality 4 (TPM 2.0 Part 1, 34.3).
 * @throws EventLogError if StartupLocality events are malformed or disagree.
 */
export function startupLocality(events: readonly Event[]): number {
  const said = new Set(events.filter(isStartupLocality).map(parseStartupLocality))
  if (said.size > 1)
    throw new EventLogError('startup-locality', `StartupLocality events name ${[...said].join(' and ')}`)
  const [locality] = said
  return locality ?? (events.some(isHcrtm) ? 4 : 0)
}

function isHcrtm(event: Event): boolean {
  return event.untrustedType === EV.EFI_HCRTM_EVENT && event.pcr === 0
}

function parseStartupLocality(event: Event): number {
  const locality = event.untrustedData[signature.length]
  if (locality === undefined || event.untrustedData.length !== signature.length + 1 || !localities.includes(locality)) {
    throw new EventLogError('startup-locality', `event ${event.index}: StartupLocality is malformed`)
  }
  return locality
}
