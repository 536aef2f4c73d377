import { expect } from 'chai'
import fc from 'fast-check'
import { commandTable } from '../../../agent/vtpm/commands/index.ts'
import { toHex, WireError } from '../../../core/bytes/index.ts'
import { type AnyCodec, decode, encode, type Form, type Shape, struct } from '../../../core/tpm/index.ts'
import { Choices } from '../../fuzz/choices.ts'
import { valueOf } from '../../fuzz/value-of.ts'

/** The codecs that a codec is made of. */
function partsOf(form: Form): readonly AnyCodec[] {
  switch (form.kind) {
    case 'integer':
    case 'octets':
      return []
    case 'values':
    case 'condition':
    case 'bits':
      return [form.base]
    case 'sized':
    case 'orEmpty':
      return [form.inner]
    case 'list':
      return [form.item]
    case 'struct':
      return form.fields.map(([, codec]) => codec)
    case 'choice':
      return [form.before, ...form.cases.values()].flat().map(([, codec]) => codec)
  }
}

/** Every structure that a command takes or answers with, each once. */
function everyStructure(): ReadonlySet<AnyCodec> {
  const found = new Set<AnyCodec>()
  const add = (codec: AnyCodec): void => {
    if (found.has(codec)) return
    found.add(codec)
    partsOf(codec.form).forEach(add)
  }
  for (const { command } of commandTable.values()) {
    const { parameters, returns } = command as { readonly parameters: Shape; readonly returns: Shape }
    for (const codec of [...Object.values(parameters), ...Object.values(returns)]) add(codec)
  }
  return found
}

const choices = fc.uint8Array({ maxLength: 40, size: 'max' }).map((bytes) => new Choices(bytes))
const accepts = (codec: AnyCodec, bytes: Uint8Array): boolean => {
  try {
    decode(codec, bytes)
    return true
  } catch (error) {
    if (error instanceof WireError) return false
    throw error
  }
}

/** What holds for each codec on values made from its own form. */
function lawsOfForm(codec: AnyCodec): void {
  const value = choices.map((from) => valueOf(codec, from))
  let accepted = 0
  fc.assert(
    fc.property(value, fc.nat(), (each, at) => {
      const bytes = encode(codec, each)
      if (!accepts(codec, bytes)) return
      accepted += 1
      expect(toHex(encode(codec, decode(codec, bytes)))).to.equal(toHex(bytes))
      expect(accepts(codec, Uint8Array.of(...bytes, 0)), 'one byte more').to.equal(false)
      if (bytes.length > 0) expect(accepts(codec, bytes.subarray(0, at % bytes.length)), 'cut').to.equal(false)
    }),
    { numRuns },
  )
  expect(accepted, 'values that were read').to.be.greaterThan(numRuns / 2)
}
const numRuns = 60

describe('every structure', () => {
  for (const codec of everyStructure()) {
    it(`${codec.name} is written and read the same, and refused when cut or drawn out`, () => {
      lawsOfForm(codec)
    })
  }
})

describe('every command', () => {
  for (const { command } of commandTable.values()) {
    it(`${command.name}: parameters and answers keep these laws as a whole`, () => {
      const { parameters, returns } = command as { readonly parameters: Shape; readonly returns: Shape }
      for (const shape of [parameters, returns]) lawsOfForm(struct(command.name, shape))
    })
  }
})
