import {
  atHandle,
  atParameter,
  struct,
  type AnyCommand,
  type AuthRole,
  type Codec,
  type EntityKind,
  type Fields,
  type HandleSlot,
  type Parameters,
  type Response,
  type Shape,
} from '../../core/tpm/index.ts'
import type { Entity, Hierarchy, NvIndex, Pcr } from './state/entity.ts'
import type { LoadedObject } from './state/loaded-object.ts'
import type { SequenceObject } from './state/sequence-object.ts'
import type { Session } from './state/session.ts'
import type { TpmState } from './state/tpm-state.ts'
import { forgettingSecrets } from './secret-parameters.ts'
import { TpmError } from './tpm-error.ts'

/** What stands behind each word of a declaration. */
export interface Entities extends Record<EntityKind, Entity | undefined> {
  object: LoadedObject
  'object?': LoadedObject | undefined
  parent: LoadedObject | Hierarchy
  sequence: LoadedObject | SequenceObject
  hierarchy: Hierarchy
  nvIndex: NvIndex
  nvAuth: Hierarchy | NvIndex
  pcr: Pcr
  'pcr?': Pcr | undefined
  entity: Entity
  'entity?': Entity | undefined
  session: Session
  context: LoadedObject | SequenceObject | Session
}

/** Refuses the command, blaming one of its own handles or parameters; a wrong name does not compile. */
export type Blame<C extends AnyCommand> = (
  rc: number,
  subject?: (keyof C['handles'] | keyof C['parameters']) & string,
) => never

/** What a handler gets: entities found and authorized, parameters parsed. */
export interface Call<C extends AnyCommand> {
  readonly handles: {
    readonly [K in keyof C['handles']]: C['handles'][K] extends HandleSlot<infer Kind> ? Entities[Kind] : never
  }
  readonly parameters: Parameters<C>
  readonly locality: number
  /** The session that authorizes the first handle, and the digest of the command's parameters under its hash. */
  readonly authorization: { readonly session: Session | undefined; readonly cpHash: (hash: number) => Uint8Array }
  readonly fail: Blame<C>
}

/**
 * What a long command may answer with: a promise of the step that changes state and answers. The pipeline takes that step
 * only if the command was not cut off meanwhile.
 */
type MayWait<C extends AnyCommand> = C['attributes'] extends { readonly long: true }
  ? Promise<() => Response<C>>
  : never
export type Handler<C extends AnyCommand> = (tpm: TpmState, call: Call<C>) => Response<C> | MayWait<C>

/** A row of the command table: a declaration, what follows from it, and its behaviour. */
export interface Implemented {
  readonly command: AnyCommand
  readonly slots: readonly (readonly [name: string, slot: HandleSlot])[]
  /** Of the handles that need authorization, which come before all others (Part 1, 18.4). */
  readonly roles: readonly AuthRole[]
  readonly parameters: Fields
  readonly returns: Codec<object>
  readonly fail: Blame<AnyCommand>
  readonly run: (tpm: TpmState, call: never) => unknown
}

/** Joins a declaration with its behaviour. */
export const implement = <C extends AnyCommand>(command: C, run: Handler<C>): Implemented => ({
  command,
  slots: Object.entries(command.handles as Readonly<Record<string, HandleSlot>>),
  roles: Object.values(command.handles as Readonly<Record<string, HandleSlot>>).flatMap(({ role }) => role ?? []),
  parameters: Object.entries(command.parameters as Shape),
  returns: struct(command.name, command.returns as Shape),
  fail: blame(command),
  run: forgettingSecrets(command, run),
})

/** Takes a step at once where the value is there, else offers it for when it is. */
export const afterwards = <T, R>(value: T | Promise<T>, step: (value: T) => R): R | Promise<() => R> =>
  value instanceof Promise ? value.then((made) => () => step(made)) : step(value)

/** Puts the position of the blamed handle or parameter, which only the declaration knows, into a response code. */
function blame(command: AnyCommand): Blame<AnyCommand> {
  return (rc, subject) => {
    if (subject === undefined) throw new TpmError(rc)
    const handleAt = Object.keys(command.handles as object).indexOf(subject)
    if (handleAt >= 0) throw new TpmError(atHandle(rc, handleAt))
    throw new TpmError(atParameter(rc, Object.keys(command.parameters as object).indexOf(subject)))
  }
}
