import { Reader, WireError, Writer } from '../bytes/index.ts'

/** One field of a record: how it is read and written. */
export interface Field<T> {
  read(from: Reader): T
  write(to: Writer, value: T): void
}

/** A persisted or transmitted form: magic, version and fields, and nothing after them. One value has one encoding. */
export interface RecordCodec<T> {
  readonly encode: (value: T) => Uint8Array
  /** @throws WireError naming the field. */
  readonly decode: (bytes: Uint8Array) => T
}

/** Exactly `size` bytes, without a length in front. */
export function fixed(size: number): Field<Uint8Array> {
  return {
    read: (from) => from.bytes(size),
    write(to, value) {
      if (value.length !== size) throw new WireError(`must be ${size} bytes, not ${value.length}`)
      to.bytes(value)
    },
  }
}

/** Up to `max` bytes behind a UINT32 length. */
export function bytes(max: number): Field<Uint8Array> {
  return {
    read: (from) => from.bytes(checkedLength(from.u32(), max)),
    write: (to, value) => to.u32(checkedLength(value.length, max)).bytes(value),
  }
}

/** Like `bytes`, read without a copy: valid as long as the record is. */
export function view(max: number): Field<Uint8Array> {
  const copied = bytes(max)
  return { ...copied, read: (from) => from.view(checkedLength(from.u32(), max)) }
}

function checkedLength(size: number, max: number): number {
  if (size > max) throw new WireError(`at most ${max} bytes, not ${size}`)
  return size
}

/** Text of up to `max` bytes of UTF-8 that matches `form`. */
export function text(max: number, form: RegExp): Field<string> {
  const raw = bytes(max)
  const check = (value: string) => {
    if (!form.test(value)) throw new WireError('not of the required form')
    return value
  }
  return {
    read: (from) => check(decodeUtf8(raw.read(from))),
    write(to, value) {
      raw.write(to, new TextEncoder().encode(check(value)))
    },
  }
}

/** A whole number of 32 bits. */
export const u32: Field<number> = {
  read: (from) => from.u32(),
  write(to, value) {
    if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) throw new WireError('must fit in 32 bits')
    to.u32(value)
  },
}

/** A time in milliseconds since 1970, as 64 bits. */
export const unixMs: Field<number> = {
  read(from) {
    const value = from.u64()
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new WireError('beyond all dates')
    return Number(value)
  },
  write(to, value) {
    if (!Number.isSafeInteger(value) || value < 0) throw new WireError('no time in whole milliseconds')
    to.u64(BigInt(value))
  },
}

/** Up to `max` items behind a UINT32 count. */
export function list<T>(item: Field<T>, max: number): Field<readonly T[]> {
  const check = (count: number) => {
    if (count > max) throw new WireError(`at most ${max} items, not ${count}`)
    return count
  }
  return {
    read: (from) => Array.from({ length: check(from.u32()) }, (_, index) => inside(index, () => item.read(from))),
    write(to, items) {
      to.u32(check(items.length))
      for (const [index, value] of items.entries()) {
        inside(index, () => {
          item.write(to, value)
        })
      }
    },
  }
}

/** Fields one after the other, in the order of the declaration. */
export function group<T extends object>(fields: { readonly [K in keyof T]: Field<T[K]> }): Field<T> {
  const rows = Object.entries<Field<unknown>>(fields)
  return {
    read(from) {
      const values: Record<string, unknown> = {}
      for (const [name, field] of rows) values[name] = inside(name, () => field.read(from))
      return values as T
    },
    write(to, value) {
      for (const [name, field] of rows) {
        inside(name, () => {
          field.write(to, (value as Record<string, unknown>)[name])
        })
      }
    },
  }
}

/** A record: four letters that name the form, a version byte, the fields. */
export function record<T>(name: string, magic: string, version: number, fields: Field<T>): RecordCodec<T> {
  const head = new Uint8Array([...new TextEncoder().encode(magic), version])
  return {
    encode: (value) =>
      inside(name, () => {
        const to = new Writer()
        to.bytes(head)
        fields.write(to, value)
        return to.done()
      }),
    decode: (untrusted) =>
      inside(name, () => {
        const from = new Reader(untrusted)
        const found = from.bytes(head.length)
        if (!found.every((byte, at) => byte === head[at])) throw new WireError('other magic or version', ['magic'])
        const value = fields.read(from)
        from.end()
        return value
      }),
  }
}

function inside<T>(step: string | number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    throw new WireError(error.reason, [step, ...error.path], { cause: error.cause })
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeUtf8(untrusted: Uint8Array): string {
  try {
    return utf8.decode(untrusted)
  } catch (cause) {
    throw new WireError('not UTF-8', [], { cause })
  }
}
