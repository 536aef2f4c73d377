import { RC, withoutPosition } from '../../core/tpm/index.ts'
import type { Outcome } from './step.ts'

/** Where the answers of two emulators may part: what docs/decisions/0100 says, as a test of what was answered. */
type KnownDifference = (own: Outcome, reference: Outcome) => boolean

const has = (bytes: Uint8Array, word: number): boolean =>
  bytes.some((byte, at) => byte === word >> 8 && bytes[at + 1] === (word & 0xff))

const known: readonly KnownDifference[] = [
  // What libtpms takes for a failure of its own is bad input
  (_, reference) => reference.rc === RC.failure,
  // Neither a persistent object nor one that is made for later takes a slot here
  (_, reference) => reference.rc === RC.objectMemory,
  // RSA keys of 4096 bits
  (own) => own.command.name === 'TestParms' && own.rc === RC.success && has(own.sent, 4096),
  // Which self tests are still to be done
  (own) => own.command.name === 'IncrementalSelfTest',
  // libtpms names no parameter of a saved context
  (own, reference) => own.command.name === 'ContextLoad' && withoutPosition(own.rc) === withoutPosition(reference.rc),
  // Sequences are saved there
  (own) => own.command.name === 'ContextSave' && withoutPosition(own.rc) === RC.type,
  // Who made it and which version it has
  (own) => own.command.name === 'GetCapability' && own.rc === RC.success,
]

export const isKnownDifference: KnownDifference = (own, reference) => known.some((test) => test(own, reference))
