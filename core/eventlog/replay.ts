import { digestLetters } from '../tpm/index.ts'
import { digestAlgorithm, type DigestAlgorithm } from './digest-algorithm.ts'
import { EV } from './event-types.ts'
import { type Event, type EventLog } from './event-log.ts'
import { type LogAlgorithm } from './log-algorithm.ts'
import { type PcrBanks, resetBank } from './pcr-banks.ts'
import { startupLocality } from './startup-locality.ts'
import { type UserspaceRecord } from './userspace-log.ts'

/** What extends a PCR, whoever wrote it down. */
type Extending = Pick<Event, 'pcr' | 'digests'>

/** TPM2_PCR_Extend: new = H(old ‖ digest) (Part 3, 22.2). */
export function extended(algorithm: DigestAlgorithm, value: Uint8Array, digest: Uint8Array): Uint8Array {
  return extendedByAll(algorithm, value, [digest])
}

/** Twice the longest digest there is. */
const oldAndNew = new Uint8Array(128)

/** A PCR's value after it was extended with these digests, in this order. */
export function extendedByAll(
  { nodeName, digestSize }: DigestAlgorithm,
  start: Uint8Array,
  digests: Iterable<Uint8Array>,
): Uint8Array {
  const both = oldAndNew.subarray(0, 2 * digestSize)
  const value = both.subarray(0, digestSize)
  value.set(start)
  for (const digest of digests) {
    if (digest.length !== digestSize) throw new RangeError(`a digest of ${digest.length} bytes, not ${digestSize}`)
    both.set(digest, digestSize)
    const letters = digestLetters(nodeName, both)
    for (let at = 0; at < digestSize; at++) value[at] = letters.charCodeAt(at)
  }
  return value.slice()
}

/** The banks of a log of which every event that extends a PCR has a digest. */
export function coveredBanks(log: EventLog): readonly LogAlgorithm[] {
  const extending = log.events.filter(isExtending)
  return log.algorithms.filter(({ id }) => extending.every(({ digests }) => digests.has(id)))
}

/**
 * The values that PCRs 0 to 23 have if the firmware's log, followed by the userspace log, is true, in each bank that its events extend; untouched PCRs
 * hold their reset value. A bank of an unknown algorithm is left out, and so is one that the header names and no event extends. A PCR that an event extends
 * without a digest of the bank is left out of that bank: Windows writes events of fewer banks than its firmware.
 * @throws EventLogError if the start-up locality is unclear.
 */
export function replay(log: EventLog, userspace: readonly UserspaceRecord[] = []): PcrBanks {
  const extending = [...log.events.filter(isExtending), ...userspace]
  const locality = startupLocality(log.events)
  const banks = new Map<number, ReadonlyMap<number, Uint8Array>>()
  for (const { id } of log.algorithms) {
    const algorithm = digestAlgorithm(id)
    const isUnused = extending.length > 0 && !extending.some(({ digests }) => digests.has(id))
    if (algorithm !== undefined && !isUnused) banks.set(id, replayBank(algorithm, extending, locality))
  }
  return banks
}

function isExtending({ untrustedType }: Event): boolean {
  return untrustedType !== EV.NO_ACTION
}

function replayBank(
  algorithm: DigestAlgorithm,
  extending: readonly Extending[],
  locality: number,
): ReadonlyMap<number, Uint8Array> {
  const bank = resetBank(algorithm.digestSize, locality)
  for (const { pcr, digests } of extending) {
    const digest = digests.get(algorithm.id)
    const value = bank.get(pcr)
    if (digest === undefined) bank.delete(pcr)
    else if (value !== undefined) bank.set(pcr, extended(algorithm, value, digest))
  }
  return bank
}
