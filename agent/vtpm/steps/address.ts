import { atHandle, handleType, HT, RC, responseCodeOf, RH, type HandleSlot } from '../../../core/tpm/index.ts'
import { WireError, type Reader } from '../../../core/bytes/index.ts'
import type { Entity } from '../state/entity.ts'
import { isInRange } from '../state/handle-ranges.ts'
import { findNvIndex } from '../state/nv-space.ts'
import { findPersistent } from '../state/persistent-objects.ts'
import type { TpmState } from '../state/tpm-state.ts'
import { TpmError } from '../tpm-error.ts'
import type { Received } from './receive.ts'

/** A command whose handles name entities that are there. */
export interface Addressed extends Received {
  readonly slots: readonly (readonly [name: string, slot: HandleSlot])[]
  /** In the order of the slots; the null handle stands as its hierarchy. */
  readonly entities: readonly Entity[]
}

/** Part 3, 5.4: every handle is of its type, then every entity is found. */
export function address(tpm: TpmState, received: Received): Addressed {
  const { slots } = received.implemented
  const handles = slots.map(([, slot], index) => readHandle(tpm, received.body, slot, index))
  const entities = handles.map((handle, index) => find(tpm, handle, index))
  const { implemented, hasSessions, body, locality } = received
  return { implemented, hasSessions, body, locality, slots, entities }
}

function readHandle(tpm: TpmState, from: Reader, slot: HandleSlot, index: number): number {
  try {
    const handle = from.u32()
    if (!slot.type.allows(handle) || !isInRange(tpm, handle)) throw new TpmError(atHandle(RC.value, index))
    return handle
  } catch (error) {
    if (error instanceof WireError) throw new TpmError(atHandle(responseCodeOf(error), index))
    throw error
  }
}

/** Part 3, 5.4: the code tells what kind of thing is missing. */
function find(tpm: TpmState, handle: number, index: number): Entity {
  switch (handleType(handle)) {
    case HT.transient: {
      const object = tpm.slots.get(handle)
      if (object === undefined) throw new TpmError(RC.referenceH0 + index)
      return object
    }
    case HT.persistent: {
      const object = findPersistent(tpm, handle)
      if (object === undefined) throw new TpmError(atHandle(RC.handle, index))
      return object
    }
    case HT.nvIndex:
      return nvIndex(tpm, handle, index)
    case HT.hmacSession:
    case HT.policySession: {
      const session = tpm.sessions.get(handle)
      if (session !== undefined) return session
      // There may be one of the other type, which is no missing session
      throw new TpmError(tpm.sessions.isLoaded(handle) ? atHandle(RC.handle, index) : RC.referenceH0 + index)
    }
    case HT.permanent:
      if (!tpm.isEnabled(handle)) throw new TpmError(atHandle(RC.hierarchy, index))
      return { kind: 'hierarchy', handle }
    default:
      return { kind: 'pcr', handle }
  }
}

/** An index of the platform is there while phEnableNV is set, one of the owner while shEnable is (Part 2, 13.4). */
function nvIndex(tpm: TpmState, handle: number, index: number): Entity {
  const found = findNvIndex(tpm, handle)
  if (found === undefined) throw new TpmError(atHandle(RC.handle, index))
  const isThere = found.nvPublic.attributes.platformCreate ? tpm.reset.phEnableNV : tpm.reset.shEnable
  if (!isThere) throw new TpmError(atHandle(RC.handle, index))
  return found
}

/** Whether an entity is the null handle that a "+" type allows. */
export const isNull = (entity: Entity): boolean => entity.handle === RH.null
