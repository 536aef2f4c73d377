import fc from 'fast-check'
import { concat } from '../../core/bytes/index.ts'

/** A number as protobuf writes it, seven bits a byte. */
function varint(value: bigint): Uint8Array {
  const bytes: number[] = []
  let rest = value
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Uint8Array.from(bytes)
}

const maxU64 = (1n << 64n) - 1n
/** What fields of these services count by: sizes, enumerations, localities, ends of ranges. */
const numbers = fc.oneof(
  fc.constantFrom(0n, 1n, 2n, 4n, 5n, 0xffn, 0xffffffffn, 1n << 63n, maxU64),
  fc.bigInt({ min: 0n, max: maxU64 }),
)
const words = fc.constantFrom(
  'web',
  'default',
  'ann',
  '',
  '\0',
  '../etc',
  'name: web\n',
  '{"a":1}',
  'x'.repeat(300),
  '-1',
)
const text = fc.oneof(words, fc.string({ maxLength: 40 })).map((word) => new TextEncoder().encode(word))
/** Identifiers, digests, keys and points have these sizes. */
const bytes = fc
  .oneof(fc.constantFrom(0, 1, 16, 31, 32, 33, 64, 65, 91, 4096, 4097), fc.integer({ min: 0, max: 200 }))
  .chain((size) => fc.uint8Array({ minLength: size, maxLength: size }))

const wire = { varint: 0, fixed64: 1, sized: 2, fixed32: 5 } as const
const tagged = (number: number, type: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  concat(varint(BigInt(number * 8 + type)), ...parts)
const sized = (content: Uint8Array): Uint8Array => concat(varint(BigInt(content.length)), content)
const fieldNumber = fc.integer({ min: 1, max: 12 })

/** Bytes with the grammar of a message, whatever its fields mean; a few are cut, or tagged by what is no type. */
const { message } = fc.letrec<{ message: Uint8Array; field: Uint8Array }>((tie) => ({
  message: fc.array(tie('field'), { maxLength: 6 }).map((fields) => concat(...fields)),
  field: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.tuple(fieldNumber, numbers).map(([number, value]) => tagged(number, wire.varint, varint(value))),
    fc.tuple(fieldNumber, fc.oneof(text, bytes)).map(([number, value]) => tagged(number, wire.sized, sized(value))),
    fc.tuple(fieldNumber, tie('message')).map(([number, value]) => tagged(number, wire.sized, sized(value))),
    fc
      .tuple(fieldNumber, fc.uint8Array({ minLength: 8, maxLength: 8 }))
      .map(([number, value]) => tagged(number, wire.fixed64, value)),
    fc
      .tuple(fieldNumber, fc.uint8Array({ minLength: 4, maxLength: 4 }))
      .map(([number, value]) => tagged(number, wire.fixed32, value)),
    fc.tuple(fieldNumber, fc.integer({ min: 3, max: 7 })).map(([number, type]) => tagged(number, type)),
  ),
}))

/** What a client may send for a message. */
export const anyMessage: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: message },
  {
    weight: 1,
    arbitrary: fc.tuple(message, fc.nat(20)).map(([whole, cut]) => whole.slice(0, Math.max(0, whole.length - cut))),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
)
