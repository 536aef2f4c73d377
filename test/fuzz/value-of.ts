import { Reader, Writer } from '../../core/bytes/index.ts'
import { type AnyCodec, type Codec, type Fields, type Form } from '../../core/tpm/index.ts'
import type { Choices } from './choices.ts'

/** What is known of a codec beyond its form: a likelier value than any. */
export type Guess = (codec: AnyCodec, choices: Choices) => { readonly value: unknown } | undefined

type Generators = { readonly [K in Form['kind']]: (form: Extract<Form, { kind: K }>, from: Source) => unknown }
interface Source {
  readonly codec: AnyCodec
  readonly choices: Choices
  readonly guess: Guess
}

/** Any value that a codec can write; nearly all are values it reads, too. */
export function valueOf(codec: AnyCodec, choices: Choices, guess: Guess = () => undefined): unknown {
  const guessed = guess(codec, choices)
  if (guessed !== undefined) return guessed.value
  const generate = generators[codec.form.kind] as (form: Form, from: Source) => unknown
  return generate(codec.form, { codec, choices, guess })
}

const sizes = [0, 32, 1, 8, 16, 20, 33, 48, 64, 65, 128, 256]
const numbers = [0, 1, 2, 3, 8, 16, 32, 64, 255, 256, 1024, 2048, 65535, 0x7fffffff, 0x80000000, 0xffffffff]
/** One handle of each kind, and the next. */
const handles = [0x80000000, 0x81000001, 0x81800001, 0x01500000, 0x02000000, 0x03000000, 0x40000001]
  .flatMap((handle) => [handle, handle + 1])
  .concat([0x40000007, 0x40000009, 0x4000000b, 0x4000000c])

const limits = { 1: 0xff, 2: 0xffff, 4: 0xffffffff } as const

/** One generator for each combinator. */
const generators: Generators = {
  integer: ({ bytes }, { choices }) => {
    if (bytes === 8) return (BigInt(choices.pick(numbers)) << 32n) | BigInt(choices.pick(numbers))
    return choices.pick(numbers.filter((each) => each <= limits[bytes]))
  },
  values: ({ base, values }, { choices, guess }) =>
    choices.chance(2) ? valueOf(base, choices, guess) : choices.pick(values),
  condition: ({ base, allows }, { choices, guess }) => {
    const allowed = [...numbers, ...handles].filter((each) => each <= reachOf(base) && allows(each))
    return allowed.length === 0 || choices.chance(2) ? valueOf(base, choices, guess) : choices.pick(allowed)
  },
  bits: ({ base, defined }, { codec, choices }) => {
    const word = ((choices.below(65536) * 65536 + choices.below(65536)) & defined) >>> 0
    return codec.read(new Reader(written(base, word))) as unknown
  },
  struct: ({ fields }, from) => fieldsOf(fields, from),
  choice: ({ tag, before, cases }, from) => {
    const picked = from.choices.pick([...cases.keys()])
    const head = fieldsOf(before, { ...from, guess: fixing(tag, before, picked, from.guess) })
    return { ...head, ...fieldsOf(cases.get(picked) ?? [], from) }
  },
  octets: ({ min, max }, { choices }) => {
    const fitting = sizes.filter((size) => size >= min && size <= max)
    return choices.bytes(choices.pick([...fitting, max]))
  },
  sized: ({ inner }, { choices, guess }) => valueOf(inner, choices, guess),
  orEmpty: ({ inner }, { choices, guess }) => (choices.chance(50) ? valueOf(inner, choices, guess) : undefined),
  list: ({ item, min, max }, { choices, guess }) => {
    const length = Math.min(max, min + choices.pick([0, 1, 2, 3, max]))
    return Array.from({ length: Math.min(length, min + 20) }, () => valueOf(item, choices, guess))
  },
}

const reachOf = ({ form }: AnyCodec): number =>
  form.kind === 'integer' && form.bytes !== 8 ? limits[form.bytes] : limits[4]

function written(codec: Codec<number>, value: number): Uint8Array {
  const to = new Writer()
  codec.write(to, value)
  return to.done()
}

function fieldsOf(fields: Fields, { choices, guess }: Source): Record<string, unknown> {
  return Object.fromEntries(fields.map(([name, codec]) => [name, valueOf(codec, choices, guess)]))
}

/** Guesses the tag of a choice as it was picked, so that head and tail agree. */
function fixing(tag: string, before: Fields, value: unknown, guess: Guess): Guess {
  const tagCodec = before.find(([name]) => name === tag)?.[1]
  return (codec, choices) => (codec === tagCodec ? { value } : guess(codec, choices))
}
