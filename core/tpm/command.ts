import type { Codec, Flat, Infer, InferShape, Shape } from './codec.ts'

/** Which authorization a handle needs (Part 1, 19.2); undefined where it needs none. */
export type AuthRole = 'user' | 'admin' | 'dup' | undefined
/** What a handle refers to; the engine says which of its own types stands behind each word. */
export type EntityKind =
  | 'object'
  | 'object?'
  | 'parent'
  | 'sequence'
  | 'hierarchy'
  | 'nvIndex'
  | 'nvAuth'
  | 'pcr'
  | 'pcr?'
  | 'entity'
  | 'entity?'
  | 'session'
  | 'context'

/** TPMI_DH_*, TPMI_RH_*, TPMI_SH_*: which handles a slot takes. */
export interface HandleType<K extends EntityKind = EntityKind> {
  readonly name: string
  readonly kind: K
  readonly allows: (handle: number) => boolean
}
export interface HandleSlot<K extends EntityKind = EntityKind, R extends AuthRole = AuthRole> {
  readonly type: HandleType<K>
  readonly role: R
}
type Slots = Readonly<Record<string, HandleSlot>>

export interface CommandAttributes {
  /** May write to NV. */
  readonly nv?: true
  /** May flush any number of loaded contexts. */
  readonly extensive?: true
  /** Flushes the context of its handle. */
  readonly flushed?: true
  /** Takes no sessions at all. */
  readonly noSessions?: true
  /** May take longer than an event loop should stand still. */
  readonly long?: true
}

export interface Command<
  H extends Slots = Slots,
  P extends Shape = Shape,
  RH extends Codec<number> | undefined = Codec<number> | undefined,
  R extends Shape = Shape,
  A extends CommandAttributes = CommandAttributes,
> {
  readonly name: string
  readonly code: number
  readonly handles: H
  readonly parameters: P
  readonly returnsHandle: RH
  readonly returns: R
  readonly attributes: A
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any declaration; its own type parameters give each part its type
export type AnyCommand = Command<any, any, any, any, any>

// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- a command without handles, parameters or answers
type Nothing = Readonly<Record<never, never>>

/** One row of Part 3. Everything about a command that is not behaviour is stated here and nowhere else. */
export function command<
  const H extends Slots = Nothing,
  P extends Shape = Nothing,
  RH extends Codec<number> | undefined = undefined,
  R extends Shape = Nothing,
  const A extends CommandAttributes = Nothing,
>(
  name: string,
  code: number,
  row: {
    readonly handles?: H
    readonly parameters?: P
    readonly returnsHandle?: RH
    readonly returns?: R
    readonly attributes?: A
  } = {},
): Command<H, P, RH, R, A> {
  return {
    name,
    code,
    handles: row.handles ?? ({} as H),
    parameters: row.parameters ?? ({} as P),
    returnsHandle: row.returnsHandle as RH,
    returns: row.returns ?? ({} as R),
    attributes: row.attributes ?? ({} as A),
  }
}

/** A handle of a command that needs no authorization. */
export function handle<K extends EntityKind>(type: HandleType<K>): HandleSlot<K, undefined>
/** A handle of a command and the authorization it needs. */
export function handle<K extends EntityKind, R extends AuthRole>(type: HandleType<K>, role: R): HandleSlot<K, R>
export function handle(type: HandleType, role?: AuthRole): HandleSlot {
  return { type, role }
}

export type Parameters<C extends AnyCommand> = Flat<InferShape<C['parameters']>>
type ReturnedHandle<C extends AnyCommand> =
  C['returnsHandle'] extends Codec<number> ? { readonly handle: Infer<C['returnsHandle']> } : unknown
export type Response<C extends AnyCommand> = Flat<InferShape<C['returns']> & ReturnedHandle<C>>

const bit = (isSet: boolean, position: number): number => (isSet ? 2 ** position : 0)

/** TPMA_CC (Part 2, 8.9), as GetCapability reports it. */
export function commandAttributes(command: AnyCommand): number {
  const { nv, extensive, flushed } = command.attributes as CommandAttributes
  const handles = Object.keys(command.handles as Slots).length
  const returnsHandle = (command.returnsHandle as unknown) !== undefined
  return (
    (command.code & 0xffff) +
    bit(nv === true, 22) +
    bit(extensive === true, 23) +
    bit(flushed === true, 24) +
    handles * 2 ** 25 +
    bit(returnsHandle, 28)
  )
}

/** Whether a session may encrypt the first field of a shape: only a TPM2B may be (Part 1, 21.1). */
export const isEncryptable = (shape: Shape): boolean => Object.values(shape)[0]?.sized ?? false
