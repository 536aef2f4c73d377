import { expect } from 'chai'
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { manufacture, MemoryStorage, Tpm } from '../../../agent/vtpm/index.ts'
import {
  decodePersistentState,
  encodePersistentState,
  type PersistentState,
} from '../../../agent/vtpm/state/persistent-state.ts'
import { fromHex } from '../../../core/bytes/index.ts'
import { random } from '../../unit/agent/vtpm/bench.ts'

const recorded = new Uint8Array(readFileSync(new URL('../../vectors/tpm-state/version-1.bin', import.meta.url)))

type Change = (value: unknown) => unknown

const numbers = [0, 1, 2, 3, 4, 8, 9, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff]
const words = [0n, 1n, 0xffffn, 0xffffffffn, 1n << 53n, 1n << 63n, (1n << 64n) - 1n]
const sizes = [0, 1, 4, 7, 8, 9, 20, 31, 33, 63, 64]
const resized =
  (size: number): Change =>
  (bytes) => {
    const other = new Uint8Array(size)
    other.set((bytes as Uint8Array).subarray(0, size))
    return other
  }
const listChanges: readonly ((items: readonly unknown[]) => readonly unknown[])[] = [
  () => [],
  (items) => items.slice(1),
  (items) => items.toReversed(),
  (items) => [...items, ...items.slice(0, 1)],
  (items) => Array.from({ length: 60 }, (_, at) => items[at % items.length]),
]

/** Other values of its kind. */
function others(value: unknown): readonly Change[] {
  if (typeof value === 'number') return numbers.map((other) => () => other)
  if (typeof value === 'bigint') return words.map((other) => () => other)
  if (typeof value === 'boolean') return [() => !value]
  if (value instanceof Uint8Array) return sizes.map(resized)
  if (Array.isArray(value) && value.length > 0) return listChanges.map((change) => (list) => change(list as unknown[]))
  return []
}

/** What holds a key: one that does not fit its public area fails where it is used. */
const keys = ['publicArea', 'sensitive']

/** Every way to change one value of a structure, however deep it lies. */
function* changes(value: unknown): Generator<Change> {
  yield* others(value)
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return
  for (const [key, inner] of Object.entries(value)) {
    if (keys.includes(key)) continue
    for (const change of changes(inner))
      yield (whole) =>
        Array.isArray(whole)
          ? whole.with(Number(key), change(whole[Number(key)]))
          : { ...(whole as object), [key]: change((whole as Record<string, unknown>)[key]) }
  }
}

const startups = { clear: fromHex('80010000000c000001440000'), state: fromHex('80010000000c000001440001') }
const nv = (command: string, parameters: string): readonly Uint8Array[] =>
  ['01500001', '01500002'].map((index) => {
    const body = `${command}40000001${index}00000009400000090000010000${parameters}`
    return fromHex(`8002${(6 + body.length / 2).toString(16).padStart(8, '0')}${body}`)
  })
const commands = [
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((capability) =>
    fromHex(`8001000000160000017a${capability.toString(16).padStart(8, '0')}00000000000000ff`),
  ),
  ...['01000000', '02000000', '81000000'].map((first) => fromHex(`8001000000160000017a00000001${first}000000ff`)),
  ...nv('0000014e', '00040000'),
  ...nv('00000134', ''),
  ...nv('00000135', '0000000000000001'),
  ...nv('00000136', '000101'),
  ...nv('00000137', '0001010004'),
  fromHex('80010000000a00000181'),
  fromHex('8001000000140000017e00000001000b03ffffff'),
  fromHex('80020000004100000182000000070000000940000009000001000000000001000b' + '11'.repeat(32)),
  fromHex('80010000000c0000017b0008'),
  fromHex('80010000000c000001450001'),
]

describe('a persistent state that differs in one value', () => {
  const sound: PersistentState = { ...decodePersistentState(recorded), ownerAuth: new Uint8Array(0) }
  const all = [...changes(sound)]
  const tpm = Tpm.open({ storage: new MemoryStorage(manufacture({ random })), random, clock: () => 0 })

  it('is refused, or another state with which the TPM works', async () => {
    const change = fc.nat({ max: all.length - 1 })
    await fc.assert(
      fc.asyncProperty(change, fc.constantFrom(...Object.values(startups)), async (at, startup) => {
        const permanent = encodable(all[at]?.(sound) as PersistentState)
        if (permanent === undefined) return
        try {
          tpm.powerOn({ permanent })
        } catch (error) {
          expect((error as Error).name).to.be.oneOf(['WireError', 'CodecError'])
          return
        }
        for (const command of [startup, startups.clear, ...commands]) await tpm.execute(command)
        expect(tpm.failure).to.equal(undefined)
        expect(tpm.volatileState()).to.be.instanceOf(Uint8Array)
      }),
      { numRuns: 400 },
    )
  })
})

/** Undefined for a state that has no bytes: what is longer than its field holds. */
function encodable(state: PersistentState): Uint8Array | undefined {
  try {
    return encodePersistentState(state)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
