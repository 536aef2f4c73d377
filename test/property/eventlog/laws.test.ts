import { expect } from 'chai'
import fc from 'fast-check'
import { WireError } from '../../../core/bytes/index.ts'
import {
  EventLogError,
  parseCalculatedPcrs,
  parseEventLog,
  parsePcrlock,
  parsePcrSignatures,
  parseUserspaceLog,
  replay,
  untrustedHint,
  userspaceLimits,
  writeEventLog,
  writeUserspaceLog,
} from '../../../core/eventlog/index.ts'
import { type BootName, bootNames, recordedLog } from '../../vectors/vectors.ts'

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  byte: fc.integer({ min: 0, max: 255 }),
})

function mutated(
  name: BootName,
  mutations: readonly { readonly at: number; readonly byte: number }[],
  cut: number,
): Uint8Array {
  const log = recordedLog(name)
  for (const { at, byte } of mutations) log[Math.floor(at * log.length)] = byte
  return log.slice(0, Math.ceil(cut * log.length))
}

/** What a parser of untrusted bytes may do: refuse in its own words, or give back the same bytes. */
function refusesOrKeeps(bytes: Uint8Array): void {
  try {
    const log = parseEventLog(bytes)
    expect(Buffer.from(writeEventLog(log)).equals(bytes)).to.equal(true)
    for (const event of log.events) untrustedHint(event)
    replay(log)
  } catch (error) {
    if (!(error instanceof WireError || error instanceof EventLogError)) throw error
  }
}

describe('event logs from outside', () => {
  it('are refused or written back the same after any change to a real log', () => {
    const cut = fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1, noNaN: true }))
    fc.assert(
      fc.property(fc.constantFrom(...bootNames), fc.array(mutation, { maxLength: 8 }), cut, (name, mutations, part) => {
        refusesOrKeeps(mutated(name, mutations, part))
      }),
      { numRuns: 400 },
    )
  })

  it('are refused or written back the same after a change to the lengths of a small log', () => {
    const small = writeEventLog({
      ...parseEventLog(recordedLog('uki')),
      events: parseEventLog(recordedLog('uki')).events.slice(0, 2),
    })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(small.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 }),
        (changes) => {
          const bytes = small.slice()
          for (const [at, byte] of changes) bytes[at] = byte
          refusesOrKeeps(bytes)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('are refused or written back the same whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), refusesOrKeeps), { numRuns: 1000 })
  })

  it('lead to other PCR values once any digest is changed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...bootNames),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (name, which, difference) => {
          const log = parseEventLog(recordedLog(name))
          const event = log.events[which % log.events.length]!
          const [id, digest] = [...event.digests][which % event.digests.size]!
          const before = replay(log).get(id)?.get(event.pcr)
          digest[which % digest.length]! ^= difference
          expect(replay(log).get(id)?.get(event.pcr)).not.to.deep.equal(before)
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('userspace logs from outside', () => {
  it('are refused in the parser’s own words or written back to the same records', () => {
    const record = fc.record(
      {
        pcr: fc.oneof(fc.integer({ min: -1, max: 25 }), fc.string()),
        digests: fc.array(
          fc.record({
            hashAlg: fc.constantFrom('sha1', 'sha256', 'md5'),
            digest: fc.string({ unit: fc.constantFrom('0', 'a', 'G'), maxLength: 64 }),
          }),
          { maxLength: 3 },
        ),
        content_type: fc.string(),
        content: fc.dictionary(fc.string(), fc.jsonValue()),
        nv_index: fc.integer(),
      },
      { requiredKeys: [] },
    )
    const log = fc
      .array(record, { maxLength: 3 })
      .map((records) => records.map((one) => `\u001e${JSON.stringify(one)}\n`).join(''))
    fc.assert(
      fc.property(fc.oneof(log, fc.string({ maxLength: 50 })), (text) => {
        try {
          const records = parseUserspaceLog(new TextEncoder().encode(text))
          const again = parseUserspaceLog(writeUserspaceLog(records))
          expect(again.map(({ pcr, digests }) => ({ pcr, digests }))).to.deep.equal(
            records.map(({ pcr, digests }) => ({ pcr, digests })),
          )
        } catch (error) {
          if (!(error instanceof WireError)) throw error
        }
      }),
      { numRuns: 500 },
    )
    expect(() => parseUserspaceLog(new Uint8Array(userspaceLimits.logBytes + 1))).to.throw(WireError)
  })
})

describe('expected values of others', () => {
  const parsers = { parseUserspaceLog, parsePcrlock, parseCalculatedPcrs, parsePcrSignatures }
  const digest = '7a'.repeat(32)
  const samples = [
    `[{"recnum":0,"pcr":11,"digests":[{"hashAlg":"sha256","digest":"${digest}"}],"content_type":"cel","content":{}}]`,
    `{"records":[{"pcr":4,"digests":[{"hashAlg":"sha256","digest":"${digest}"}]}]}`,
    `{"sha256":[{"phase":"enter-initrd","pcr":11,"hash":"${digest}"}]}`,
    `{"sha256":[{"pcrs":[11],"pkfp":"${digest}","pol":"${digest}","sig":"AAEC"}]}`,
  ]
  const anyText = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc
      .tuple(fc.constantFrom(...samples), fc.nat(200), fc.string({ maxLength: 4 }))
      .map(([sample, at, put]) => sample.slice(0, at) + put + sample.slice(at + put.length)),
  )

  for (const [name, parse] of Object.entries(parsers))
    it(`are refused in its own words, or read: ${name}`, () => {
      fc.assert(
        fc.property(
          fc.oneof(
            anyText.map((text) => new TextEncoder().encode(text)),
            fc.uint8Array({ maxLength: 300 }),
          ),
          (bytes) => {
            try {
              parse(bytes)
            } catch (error) {
              if (!(error instanceof WireError)) throw error
            }
          },
        ),
        { numRuns: 500 },
      )
    })
})
