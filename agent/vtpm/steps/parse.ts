import { Reader, WireError } from '../../../core/bytes/index.ts'
import { atHandle, atParameter, CC, type EntityKind, type Fields, RC, responseCodeOf } from '../../../core/tpm/index.ts'
import { TpmError } from '../tpm-error.ts'
import type { Entity } from '../state/entity.ts'
import { isInRange } from '../state/handle-ranges.ts'
import { isPin } from '../state/nv-pin.ts'
import { findNvIndex } from '../state/nv-space.ts'
import type { TpmState } from '../state/tpm-state.ts'
import { isNull } from './address.ts'
import type { Authorized, Unbranded } from './authorize.ts'

/** A command that may run. */
export interface Parsed extends Authorized {
  readonly namedEntities: Readonly<Record<string, unknown>>
  readonly namedParameters: Readonly<Record<string, unknown>>
}

/** Part 3, 5.8: every parameter is well formed, and nothing is left over. */
export function parse(tpm: TpmState, request: Authorized): Parsed {
  const from = new Reader(request.parameters)
  const namedParameters = readParameters(from, request.implemented.parameters)
  if (from.left > 0) throw excess(tpm, request, namedParameters)
  const { implemented, hasSessions, body, locality, slots, entities, sessions, parameters, cpHash } = request
  const namedEntities = nameEntities(tpm, request)
  const parsed: Unbranded<Parsed> = {
    implemented,
    hasSessions,
    body,
    locality,
    slots,
    entities,
    sessions,
    parameters,
    cpHash,
    namedEntities,
    namedParameters,
  }
  return parsed as Parsed
}

/** A handle that this TPM never gives out is refused before what stands behind it, although only its handler looks at it. */
function excess(tpm: TpmState, { implemented }: Authorized, parameters: Readonly<Record<string, unknown>>): TpmError {
  const handle = contextHandles[implemented.command.code]?.(parameters)
  const isRefused = handle !== undefined && !isInRange(tpm, handle)
  return new TpmError(isRefused ? atParameter(RC.value, 0) : RC.size)
}

const contextHandles: Readonly<Partial<Record<number, (parameters: Readonly<Record<string, unknown>>) => number>>> = {
  [CC.FlushContext]: (parameters) => parameters['flushHandle'] as number,
  [CC.ContextLoad]: (parameters) => (parameters['context'] as { readonly savedHandle: number }).savedHandle,
}

function readParameters(from: Reader, fields: Fields): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {}
  let index = 0
  try {
    for (const [name, codec] of fields) {
      values[name] = codec.read(from)
      index++
    }
  } catch (error) {
    if (error instanceof WireError) throw new TpmError(atParameter(responseCodeOf(error), index))
    throw error
  }
  return values
}

function nameEntities(tpm: TpmState, request: Authorized): Readonly<Record<string, unknown>> {
  const named: Record<string, unknown> = {}
  request.slots.forEach(([name, slot], index) => {
    const entity = asAuthorized(tpm, request.entities[index])
    if (entity?.kind === 'sequence' && !mayBeSequence(slot.type.kind)) refuseSequence(request, index)
    named[name] = entity !== undefined && slot.type.kind.endsWith('?') && isNull(entity) ? undefined : entity
  })
  return named
}

const mayBeSequence = (kind: EntityKind): boolean =>
  kind === 'sequence' || kind === 'context' || kind === 'entity' || kind === 'entity?'

/** What commands on keys say of a sequence, which has no public area; others have no word for it but its type. */
const codesForSequences: ReadonlyMap<number, number> = new Map([
  [CC.StartAuthSession, RC.key],
  [CC.ECDH_KeyGen, RC.key],
  [CC.ECDH_ZGen, RC.key],
  [CC.RSA_Encrypt, RC.key],
  [CC.RSA_Decrypt, RC.key],
])

function refuseSequence({ implemented: { command } }: Authorized, index: number): never {
  if (command.code === CC.ReadPublic) throw new TpmError(RC.sequence)
  throw new TpmError(atHandle(codesForSequences.get(command.code) ?? RC.type, index))
}

/** The authorization may have counted in a PIN index. */
function asAuthorized(tpm: TpmState, entity: Entity | undefined): Entity | undefined {
  return entity?.kind === 'nvIndex' && isPin(entity) ? findNvIndex(tpm, entity.handle) : entity
}
