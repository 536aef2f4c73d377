import { Reader, Writer } from '../bytes/index.ts'
import { CodecError, within } from './codec-error.ts'
import { RC } from './constants/response-codes.ts'

/** A two-way description of one wire type. `T` is what the rest of the program sees. */
export interface Codec<T> {
  readonly name: string
  /** True when the wire form starts with a UINT16 size, so that sessions may encrypt it. */
  readonly sized?: true
  readonly form: Form
  /** @throws WireError */
  read(from: Reader): T
  write(to: Writer, value: T): void
}
/** What a codec is made of, for whoever derives something from the declarations. */
export type Form =
  | { readonly kind: 'integer'; readonly bytes: 1 | 2 | 4 | 8 }
  | { readonly kind: 'values'; readonly base: Codec<number>; readonly values: readonly number[] }
  | { readonly kind: 'condition'; readonly base: Codec<number>; readonly allows: (value: number) => boolean }
  | { readonly kind: 'bits'; readonly base: Codec<number>; readonly defined: number }
  | { readonly kind: 'struct'; readonly fields: Fields }
  | {
      readonly kind: 'choice'
      readonly tag: string
      readonly before: Fields
      readonly cases: ReadonlyMap<number, Fields>
    }
  /** Bytes behind their size, a UINT8 or UINT16, or without one. */
  | { readonly kind: 'octets'; readonly sizeBytes: 0 | 1 | 2; readonly min: number; readonly max: number }
  | { readonly kind: 'sized'; readonly inner: AnyCodec }
  | { readonly kind: 'orEmpty'; readonly inner: AnyCodec }
  | { readonly kind: 'list'; readonly item: AnyCodec; readonly min: number; readonly max: number }
export type Infer<C> = C extends Codec<infer T> ? T : never
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a shape holds codecs of any value; InferShape gives each its type back
export type AnyCodec = Codec<any>
/** The fields of a shape in their order. */
export type Fields = readonly (readonly [name: string, codec: AnyCodec])[]
export type Shape = Readonly<Record<string, AnyCodec>>
export type InferShape<S extends Shape> = { readonly [K in keyof S]: Infer<S[K]> }
export type Flat<T> = { readonly [K in keyof T]: T[K] }

export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  const to = new Writer()
  codec.write(to, value)
  return to.done()
}

/**
 * Decodes and insists that nothing is left over.
 * @throws WireError
 */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const from = new Reader(bytes)
  const value = codec.read(from)
  if (from.left !== 0) throw new CodecError(RC.size, `${codec.name}: ${from.left} bytes left over`)
  return value
}

const integer = (bytes: 1 | 2 | 4 | 8): Form => ({ kind: 'integer', bytes })
export const u8: Codec<number> = {
  name: 'UINT8',
  form: integer(1),
  read: (from) => from.u8(),
  write: (to, value) => to.u8(value),
}
export const u16: Codec<number> = {
  name: 'UINT16',
  form: integer(2),
  read: (from) => from.u16(),
  write: (to, value) => to.u16(value),
}
export const u32: Codec<number> = {
  name: 'UINT32',
  form: integer(4),
  read: (from) => from.u32(),
  write: (to, value) => to.u32(value),
}
/** A UINT32 read as a number with a sign. */
export const i32: Codec<number> = {
  name: 'INT32',
  form: integer(4),
  read: (from) => from.u32() | 0,
  write: (to, value) => to.u32(value >>> 0),
}
export const u64: Codec<bigint> = {
  name: 'UINT64',
  form: integer(8),
  read: (from) => from.u64(),
  write: (to, value) => to.u64(value),
}

/** TPMI_*: a base integer limited to the listed values, with the response code Part 2 gives the table. */
export function oneOf(name: string, base: Codec<number>, values: readonly number[], rc: number): Codec<number> {
  const known = new Set(values)
  return {
    name,
    form: { kind: 'values', base, values },
    read(from) {
      const value = base.read(from)
      if (!known.has(value)) throw new CodecError(rc, `${name} has no value 0x${value.toString(16)}`)
      return value
    },
    write: (to, value) => {
      base.write(to, value)
    },
  }
}

/** A base integer that must pass a test. */
export function where(
  name: string,
  base: Codec<number>,
  allows: (value: number) => boolean,
  rc: number,
): Codec<number> {
  return {
    name,
    form: { kind: 'condition', base, allows },
    read(from) {
      const value = base.read(from)
      if (!allows(value)) throw new CodecError(rc, `${name} has no value 0x${value.toString(16)}`)
      return value
    },
    write: (to, value) => {
      base.write(to, value)
    },
  }
}

/** Where a name stands in an attribute word: one bit (a boolean) or the bits from..to (a number). */
type Place = number | readonly [from: number, to: number]
type Attributes<B extends Readonly<Record<string, Place>>> = {
  readonly [K in keyof B]: B[K] extends number ? boolean : number
}
export interface AttributesCodec<T> extends Codec<T> {
  /** The word with just these bits set. */
  readonly of: (...names: readonly (keyof T & string)[]) => T
}

/** A TPM meets few attribute words, and those in every command: their values are made once. */
const maxSeenWords = 64

/** TPMA_*: named bits of an integer; a set bit without a name is refused. */
export function bits<const B extends Readonly<Record<string, Place>>>(
  name: string,
  base: Codec<number>,
  places: B,
): AttributesCodec<Attributes<B>> {
  const rows = Object.entries(places).map(([key, place]) => {
    const [low, high] = typeof place === 'number' ? [place, place] : place
    return { key, low, unit: 2 ** low, max: 2 ** (high - low + 1) - 1, isFlag: typeof place === 'number' }
  })
  const defined = rows.reduce((word, row) => word + row.max * row.unit, 0)
  const seen = new Map<number, Attributes<B>>()
  const of = (...names: readonly string[]): Attributes<B> =>
    Object.fromEntries(rows.map(({ key, isFlag }) => [key, isFlag ? names.includes(key) : 0])) as Attributes<B>
  return {
    name,
    of,
    form: { kind: 'bits', base, defined },
    read(from) {
      const word = base.read(from)
      const known = seen.get(word)
      if (known !== undefined) return known
      if ((word & ~defined) !== 0) throw new CodecError(RC.reservedBits, `${name} sets a reserved bit`)
      const value: Record<string, boolean | number> = {}
      for (const { key, low, max, isFlag } of rows) {
        const field = (word >>> low) & max
        value[key] = isFlag ? field === 1 : field
      }
      const attributes = value as Attributes<B>
      if (seen.size < maxSeenWords) seen.set(word, attributes)
      return attributes
    },
    write(to, value) {
      const fields: Readonly<Record<string, boolean | number>> = value
      let word = 0
      for (const { key, unit, max } of rows) word += (Number(fields[key]) & max) * unit
      base.write(to, word)
    },
  }
}

/** Reads the fields of a shape into `target`, naming the field that is wrong. */
function readInto(from: Reader, target: Record<string, unknown>, fields: Fields): void {
  let at = 0
  try {
    for (; at < fields.length; at++) {
      const field = fields[at] as Fields[number]
      target[field[0]] = field[1].read(from)
    }
  } catch (error) {
    throw within((fields[at] as Fields[number])[0], error)
  }
}

function writeFrom(to: Writer, source: Readonly<Record<string, unknown>>, fields: Fields): void {
  for (const field of fields) field[1].write(to, source[field[0]])
}

export function struct<S extends Shape>(name: string, shape: S): Codec<Flat<InferShape<S>>> {
  const fields = Object.entries(shape)
  return {
    name,
    form: { kind: 'struct', fields },
    read(from) {
      const value: Record<string, unknown> = {}
      readInto(from, value, fields)
      return value as Flat<InferShape<S>>
    },
    write(to, value) {
      writeFrom(to, value, fields)
    },
  }
}

type Cases = Readonly<Record<number, Shape>>
export type Choice<Tag extends string, H extends Shape, B extends Shape, C extends Cases> = {
  [K in keyof C & number]: Flat<InferShape<H> & Readonly<Record<Tag, K>> & InferShape<B> & InferShape<C[K]>>
}[keyof C & number]
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- a shape without fields is what is meant
type Nothing = Readonly<Record<never, never>>

/** TPMT_*: a structure whose tail is picked by an earlier field; the result is a discriminated union on it. */
export function choice<Tag extends string, const C extends Cases, H extends Shape = Nothing, B extends Shape = Nothing>(
  name: string,
  row: { readonly head?: H; readonly tag: readonly [Tag, Codec<number>]; readonly body?: B; readonly cases: C },
): Codec<Choice<Tag, H, B, C>> {
  const before = [
    ...Object.entries(row.head ?? {}),
    [row.tag[0], row.tag[1]] as const,
    ...Object.entries(row.body ?? {}),
  ]
  const tails = new Map(Object.entries(row.cases).map(([tag, shape]) => [Number(tag), Object.entries(shape)]))
  const tailOf = (tag: unknown): Fields => {
    const tail = tails.get(tag as number)
    if (tail === undefined) throw new CodecError(RC.selector, `${name} has no case 0x${Number(tag).toString(16)}`)
    return tail
  }
  return {
    name,
    form: { kind: 'choice', tag: row.tag[0], before, cases: tails },
    read(from) {
      const value: Record<string, unknown> = {}
      readInto(from, value, before)
      readInto(from, value, tailOf(value[row.tag[0]]))
      return value as Choice<Tag, H, B, C>
    },
    write(to, value) {
      const source = value as Readonly<Record<string, unknown>>
      writeFrom(to, source, before)
      writeFrom(to, source, tailOf(source[row.tag[0]]))
    },
  }
}

/** A byte string of a size that is known beforehand. */
export function fixed(name: string, size: number): Codec<Uint8Array> {
  return {
    name,
    form: { kind: 'octets', sizeBytes: 0, min: size, max: size },
    read: (from) => from.bytes(size),
    write(to, value) {
      if (value.length !== size) throw new TypeError(`${name} is ${size} bytes, not ${value.length}`)
      to.bytes(value)
    },
  }
}

/** A byte string behind a UINT8 that counts its bytes. */
export function octets(name: string, min: number, max: number, rc: number): Codec<Uint8Array> {
  return {
    name,
    form: { kind: 'octets', sizeBytes: 1, min, max },
    read(from) {
      const size = from.u8()
      if (size < min || size > max) throw new CodecError(rc, `${name} allows ${min} to ${max} bytes, got ${size}`)
      return from.bytes(size)
    },
    write(to, value) {
      to.u8(value.length)
      to.bytes(value)
    },
  }
}

/** TPM2B_* over bytes. */
export function buffer(name: string, max: number): Codec<Uint8Array> & { readonly max: number } {
  return {
    name,
    sized: true,
    max,
    form: { kind: 'octets', sizeBytes: 2, min: 0, max },
    read(from) {
      const size = from.u16()
      if (size > max) throw new CodecError(RC.size, `${name} allows ${max} bytes, got ${size}`)
      return from.bytes(size)
    },
    write(to, value) {
      if (value.length > max) throw new TypeError(`${name} allows ${max} bytes, got ${value.length}`)
      to.u16(value.length)
      to.bytes(value)
    },
  }
}

/** TPM2B_* over a structure: the size must be used up exactly. */
export function sized<T>(name: string, inner: Codec<T>): Codec<T> {
  return {
    name,
    sized: true,
    form: { kind: 'sized', inner },
    read(from) {
      const size = from.u16()
      if (size === 0) throw new CodecError(RC.size, `${name} is empty`)
      const start = from.offset
      const value = inner.read(from)
      const used = from.offset - start
      if (used !== size) throw new CodecError(RC.size, `${name} says ${size} bytes and has ${used}`)
      return value
    },
    write(to, value) {
      const at = to.size
      to.u16(0)
      inner.write(to, value)
      to.patchU16(at, to.size - at - 2)
    },
  }
}

/** A TPM2B whose size may be zero where its content has no empty form. */
export function orEmpty<T>(inner: Codec<T>): Codec<T | undefined> {
  return {
    name: inner.name,
    sized: true,
    form: { kind: 'orEmpty', inner },
    read(from) {
      const at = from.offset
      if (from.u16() === 0) return undefined
      from.seek(at)
      return inner.read(from)
    },
    write(to, value) {
      if (value === undefined) to.u16(0)
      else inner.write(to, value)
    },
  }
}

/** TPML_*: a counted list. */
export function list<T>(name: string, item: Codec<T>, max: number, min = 0): Codec<readonly T[]> {
  return {
    name,
    form: { kind: 'list', item, min, max },
    read(from) {
      const count = from.u32()
      if (count > max || count < min)
        throw new CodecError(RC.size, `${name} allows ${min} to ${max} items, got ${count}`)
      const items: T[] = []
      try {
        while (items.length < count) items.push(item.read(from))
      } catch (error) {
        throw within(items.length, error)
      }
      return items
    },
    write(to, items) {
      to.u32(items.length)
      for (const each of items) item.write(to, each)
    },
  }
}
