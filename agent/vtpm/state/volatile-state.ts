import {
  buffer,
  CodecError,
  decode,
  encode,
  handleType,
  HT,
  list,
  oneOf,
  RC,
  struct,
  TPMI_YES_NO,
  u8,
  u16,
  u32,
  u64,
  where,
  type Infer,
} from '../../../core/tpm/index.ts'
import { decodeObject, encodeObject } from '../objects/object-context.ts'
import { decodeSession, encodeSession } from '../objects/session-context.ts'
import { restoredSequence } from '../commands/sequences.ts'
import { decodeSequence, encodeSequence } from '../objects/sequence-context.ts'
import { isInRange } from './handle-ranges.ts'
import { formatVersion } from './persistent-state.ts'
import { hasPcrValues, SavedState } from './saved-state.ts'
import { restore, save } from './shutdown-state.ts'
import type { SequenceObject } from './sequence-object.ts'
import { sessionIndexOf } from './session-table.ts'
import { ClockState, isClockRate } from './tpm-clock.ts'
import type { TpmState } from './tpm-state.ts'

const maxLoaded = 256
const maxContextBytes = 8192
/** How the power cycle began, and whether PCRs were allocated in it. */
const Start = { isDone: 1, fromLocality3: 2, isReallocated: 4, all: 7 } as const
/** In place of the handle of the exclusive session where there is none. */
const noSession = 0

/** What stands at a handle, in the form in which ContextSave keeps it. */
const Loaded = struct('loaded', { handle: u32, content: buffer('content', maxContextBytes) })

/** Everything that a powered TPM holds and its storage does not: what moves along when a running machine is saved or migrated. */
const VolatileState = struct('volatileState', {
  /** Of the persistent state's format, from which part of this one follows. */
  version: oneOf('version', u16, [formatVersion], RC.value),
  /** Of the power cycle it is from; only that one it may go on with. */
  totalResetCount: u64,
  restartCount: u32,
  /** Bits of `Start`. */
  start: where('start', u8, (value) => value <= Start.all, RC.value),
  wasOrderly: TPMI_YES_NO,
  hasHcrtm: TPMI_YES_NO,
  timeEpoch: u64,
  clock: ClockState,
  triesFrom: u64,
  lockoutFrom: u64,
  exclusiveSession: u32,
  /** Algorithms that no self-test has covered. */
  untested: list('untested', u16, maxLoaded),
  /** As Shutdown(STATE) keeps it, with all PCRs. */
  kept: SavedState,
  sessions: list('sessions', Loaded, maxLoaded),
  objects: list('objects', Loaded, maxLoaded),
  sequences: list('sequences', Loaded, maxLoaded),
  /** A dynamic launch that is under way; one at most. */
  launches: list('launches', Loaded, 1),
})
type VolatileState = Infer<typeof VolatileState>

const flag = (value: boolean): number => (value ? 1 : 0)

const startOf = ({ isStarted, startLocality, isReallocated }: TpmState): number =>
  (isStarted ? Start.isDone : 0) +
  (startLocality === 0 ? 0 : Start.fromLocality3) +
  (isReallocated ? Start.isReallocated : 0)

/** The volatile state of a TPM, as bytes; they hold secrets and are the caller's to zero. */
export function encodeVolatileState(tpm: TpmState, launch: SequenceObject | undefined): Uint8Array {
  const sessions = tpm.sessions.loaded.map((session) => ({ handle: session.handle, content: encodeSession(session) }))
  const objects = tpm.slots.loaded.flatMap((object) =>
    object.kind === 'object' ? [{ handle: object.handle, content: encodeObject(object) }] : [],
  )
  const sequences = tpm.slots.loaded.flatMap((object) => (object.kind === 'sequence' ? [loadedSequence(object)] : []))
  const launches = launch === undefined ? [] : [loadedSequence(launch)]
  const bytes = encode(VolatileState, {
    version: formatVersion,
    totalResetCount: tpm.persistent.totalResetCount,
    restartCount: tpm.persistent.restartCount,
    start: startOf(tpm),
    wasOrderly: flag(tpm.wasOrderly),
    hasHcrtm: flag(tpm.hasHcrtm),
    timeEpoch: tpm.timeEpoch,
    clock: tpm.clock.state,
    ...tpm.healing,
    exclusiveSession: tpm.exclusiveSession ?? noSession,
    untested: tpm.untested,
    kept: save(tpm, () => true),
    sessions,
    objects,
    sequences,
    launches,
  })
  for (const { content } of [...sessions, ...objects, ...sequences, ...launches]) content.fill(0)
  return bytes
}

const loadedSequence = (sequence: SequenceObject): { handle: number; content: Uint8Array } => ({
  handle: sequence.handle,
  content: encodeSequence(sequence.save()),
})

/**
 * Puts a volatile state into a TPM that was just powered on; returns the dynamic launch that is under way.
 * @throws WireError if the bytes are none, of another power cycle than the persistent state, or of what this TPM cannot hold.
 */
export function decodeVolatileState(tpm: TpmState, bytes: Uint8Array): SequenceObject | undefined {
  const state = decode(VolatileState, bytes)
  checkFits(tpm, state)
  tpm.isStarted = (state.start & Start.isDone) !== 0
  tpm.startLocality = (state.start & Start.fromLocality3) === 0 ? 0 : 3
  tpm.isReallocated = (state.start & Start.isReallocated) !== 0
  tpm.wasOrderly = state.wasOrderly === 1
  tpm.hasHcrtm = state.hasHcrtm === 1
  tpm.timeEpoch = state.timeEpoch
  tpm.clock = tpm.clock.resumed(state.clock)
  tpm.healing = { triesFrom: state.triesFrom, lockoutFrom: state.lockoutFrom }
  tpm.exclusiveSession = state.exclusiveSession === noSession ? undefined : state.exclusiveSession
  tpm.untested = state.untested
  restore(tpm, state.kept, 'resume')
  for (const { handle, content } of state.sessions) tpm.sessions.put(decodeSession(handle, content))
  for (const { handle, content } of state.objects) tpm.slots.put(decodeObject(handle, content))
  for (const { handle, content } of state.sequences) tpm.slots.put(restoredSequence(handle, decodeSequence(content)))
  const [launch] = state.launches
  return launch === undefined ? undefined : restoredSequence(launch.handle, decodeSequence(launch.content))
}

function checkFits(tpm: TpmState, state: VolatileState): void {
  const { persistent, profile } = tpm
  // Without this, PCRs of an earlier boot would come back after the machine was reset
  if (state.totalResetCount !== persistent.totalResetCount || state.restartCount !== persistent.restartCount)
    throw new CodecError(RC.value, 'a volatile state of another power cycle')
  if (!isClockRate(state.clock.rate)) throw new CodecError(RC.value, 'a clock of a rate that no clock has')
  // What stands where this TPM gives out no handle would be out of every client's reach, and take memory up to there
  const transient = [...state.objects, ...state.sequences].map(({ handle }) => handle)
  if (!transient.every((handle) => handleType(handle) === HT.transient && isInRange(tpm, handle)) || !differ(transient))
    throw new CodecError(RC.value, 'an object where none can be')
  const sessions = state.sessions.map(({ handle }) => handle)
  const active = [...sessions.map(sessionIndexOf), ...state.kept.sessions.map(({ index }) => index)]
  if (!sessions.every(isSession) || !active.every((index) => index < profile.maxActiveSessions) || !differ(active))
    throw new CodecError(RC.value, 'a session where none can be')
  if (!hasPcrValues(state.kept)) throw new CodecError(RC.value, 'a PCR value of another size')
}

const differ = (values: readonly number[]): boolean => new Set(values).size === values.length
const isSession = (handle: number): boolean =>
  handleType(handle) === HT.hmacSession || handleType(handle) === HT.policySession
