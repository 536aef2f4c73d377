import { createHash } from 'node:crypto'
import { digestAlgorithm, type DigestAlgorithm } from './digest-algorithm.ts'
import { EV } from './event-types.ts'
import { type Event, type EventLog } from './event-log.ts'
import { EventLogError } from './event-log-error.ts'
import { type PcrBanks, resetBank } from './pcr-banks.ts'
import { startupLocality } from './startup-locality.ts'
import { type UserspaceRecord } from './userspace-log.ts'

/** What extends a PCR, whoever wrote it down. */
type Extending = Pick<Event, 'index' | 'pcr' | 'digests'>

/** TPM2_PCR_Extend: new = H(old ‖ digest) (Part 3, 22.2). */
export function extended(algorithm: DigestAlgorithm, value: Uint8Array, digest: Uint8Array): Uint8Array {
  return new Uint8Array(createHash(algorithm.nodeName).update(value).update(digest).digest())
}

/**
 * The values that PCRs 0 to 23 have if the firmware's log, followed by the userspace log, is true, in each bank that its events extend; untouched PCRs hold their reset value.
 * A bank of an unknown algorithm is left out, and so is one that the header names and no event extends.
 * @throws EventLogError if an event extends only some of the banks, or the start-up locality is unclear.
 */
export function replay(log: EventLog, userspace: readonly UserspaceRecord[] = []): PcrBanks {
  const extending = [...log.events.filter((event) => event.untrustedType !== EV.NO_ACTION), ...userspace]
  const locality = startupLocality(log.events)
  const banks = new Map<number, ReadonlyMap<number, Uint8Array>>()
  for (const { id } of log.algorithms) {
    const algorithm = digestAlgorithm(id)
    const isUnused = extending.length > 0 && !extending.some((event) => event.digests.has(id))
    if (algorithm !== undefined && !isUnused) banks.set(id, replayBank(algorithm, extending, locality))
  }
  return banks
}

function replayBank(
  algorithm: DigestAlgorithm,
  extending: readonly Extending[],
  locality: number,
): ReadonlyMap<number, Uint8Array> {
  const bank = resetBank(algorithm.digestSize, locality)
  for (const { index, pcr, digests } of extending) {
    const digest = digests.get(algorithm.id)
    if (digest === undefined)
      throw new EventLogError('missing-digest', `event ${index} has no ${algorithm.name} digest`)
    const value = bank.get(pcr)
    if (value !== undefined) bank.set(pcr, extended(algorithm, value, digest))
  }
  return bank
}
