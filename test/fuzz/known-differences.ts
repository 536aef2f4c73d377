import { toHex } from '../../core/bytes/index.ts'
import { RC, withoutPosition } from '../../core/tpm/index.ts'
import type { Outcome } from './step.ts'

/** Where the answers of two emulators may part: what docs/decisions/0100 says, as a test of what was answered. */
type KnownDifference = (own: Outcome, reference: Outcome) => boolean

const isLarge = ({ command, sent }: Outcome): boolean => command.name === 'PCR_Extend' || sent.length > largeBytes
const largeBytes = 512

const hasAes192 = (command: Uint8Array): boolean => toHex(command).includes('000600c0')
const isOfTime = new Set(['ClockSet', 'PolicyCounterTimer'])

const known: readonly KnownDifference[] = [
  // What libtpms takes for a failure of its own is bad input
  (_, reference) => reference.rc === RC.failure,
  // Neither a persistent object nor one that is made for later takes a slot here
  (_, reference) => reference.rc === RC.objectMemory,
  // There is no smaller room for orderly indices
  (own, reference) => own.rc === RC.success && reference.rc === RC.nvSpace,
  // Larger blobs, longer lists, and RSA keys of 4096 bits
  (own, reference) =>
    own.rc === RC.success && [RC.size, RC.value].some((rc) => rc === withoutPosition(reference.rc)) && isLarge(own),
  // AES with keys of 192 bits
  (own, reference) => own.rc === RC.success && withoutPosition(reference.rc) === RC.value && hasAes192(own.sent),
  // Which self tests are still to be done
  (own) => own.command.name === 'IncrementalSelfTest',
  // libtpms names no parameter of a saved context
  (own, reference) => own.command.name === 'ContextLoad' && withoutPosition(own.rc) === withoutPosition(reference.rc),
  // Sequences are saved there
  (own) => own.command.name === 'ContextSave' && withoutPosition(own.rc) === RC.type,
  // Each has its own time
  (own, reference) => isOfTime.has(own.command.name) && [own, reference].some(({ rc }) => rc !== RC.success),
  // Each has its own names, and compares with them
  (own, reference) => own.command.name === 'PolicyNV' && toHex(own.input) !== toHex(reference.input),
  // A loss of power is no failed try
  (own, reference) => own.command.name === 'DictionaryAttackLockReset' && reference.rc === RC.lockout,
  // Who made it and which version it has
  (own) => own.command.name === 'GetCapability' && own.rc === RC.success,
]

/**
 * Both refuse, but not for the same of several reasons: which check comes first. False where one of them counts the
 * refusal as a failed try, since they go on from different states.
 */
export const isOtherReason: KnownDifference = (own, reference) =>
  own.rc !== RC.success &&
  own.rc !== RC.failure &&
  reference.rc !== RC.success &&
  ![own.rc, reference.rc].map(withoutPosition).some(isTry)
const isTry = (rc: number): boolean => rc === RC.authFail || rc === RC.lockout

export const isKnownDifference: KnownDifference = (own, reference) => known.some((test) => test(own, reference))
