import { expect } from 'chai'
import { toHex, WireError } from '../../../../core/bytes/index.ts'
import {
  parseCalculatedPcrs,
  parsePcrlock,
  parsePcrSignatures,
  parseUserspaceLog,
} from '../../../../core/eventlog/index.ts'

const text = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
const sha256 = '7a'.repeat(32)
const digests = [{ hashAlg: 'sha256', digest: sha256 }]

const record = (recnum: number, more: object = {}) => ({
  recnum,
  pcr: 11,
  digests,
  content_type: 'pcclient_std',
  content: { event_type: 'EV_IPL', event_data: '00' },
  ...more,
})
const pcrlock = { records: [{ pcr: 4, digests: [...digests, { hashAlg: 'sha1', digest: '11'.repeat(20) }] }] }
const calculated = {
  sha256: [
    { phase: 'enter-initrd', pcr: 11, hash: sha256 },
    { phase: 'enter-initrd:leave-initrd', pcr: 11, hash: '7b'.repeat(32) },
  ],
  sha384: [{ phase: 'enter-initrd', pcr: 11, hash: '7c'.repeat(48) }],
}
const signed = { sha256: [{ pcrs: [11], pkfp: '01'.repeat(32), pol: '02'.repeat(32), sig: 'AAEC' }] }

describe('CEL-JSON', () => {
  it('is read as an array of numbered records', () => {
    const [first, second, ...others] = parseUserspaceLog(text([record(3), record(4, { pcr: 15 })]))
    expect([first?.pcr, second?.pcr, others.length]).to.deep.equal([11, 15, 0])
    expect(first?.untrustedContent).to.deep.equal({ event_type: 'EV_IPL', event_data: '00' })
    expect(first?.untrustedContentType).to.equal('pcclient_std')
  })

  it('may be empty, and may speak of NV indices, which are left out', () => {
    expect(parseUserspaceLog(text([]))).to.deep.equal([])
    expect(parseUserspaceLog(text([record(0), { recnum: 1, nv_index: 29360128, digests }]))).to.have.lengthOf(1)
  })

  const refused: readonly { name: string; given: unknown; message: string }[] = [
    { name: 'a record without a number', given: [{ ...record(0), recnum: undefined }], message: 'records.0.recnum' },
    { name: 'a record that was taken out', given: [record(0), record(2)], message: 'records.1.recnum' },
    { name: 'a record that stands twice', given: [record(0), record(0)], message: 'records.1.recnum' },
    { name: 'a number that is none', given: [record(0.5)], message: 'records.0.recnum' },
    { name: 'PCR 24', given: [record(0, { pcr: 24 })], message: 'records.0.pcr' },
    { name: 'no digests', given: [record(0, { digests: [] })], message: 'records.0.digests' },
    { name: 'something that is no record', given: [1], message: 'records.0' },
    { name: 'text after the array', given: '[] x', message: 'not JSON' },
  ]
  for (const { name, given, message } of refused)
    it(`refuses ${name}`, () => {
      expect(() => parseUserspaceLog(text(given))).to.throw(WireError, message)
    })
})

describe('parsePcrlock', () => {
  it('reads the measurements of a component', () => {
    const [only, ...others] = parsePcrlock(text(pcrlock))
    expect(others).to.deep.equal([])
    expect(only?.pcr).to.equal(4)
    expect([...(only?.digests ?? [])].map(([id, digest]) => [id, toHex(digest)])).to.deep.equal([
      [0x000b, sha256],
      [0x0004, '11'.repeat(20)],
    ])
  })

  const refused: readonly { name: string; given: unknown; message: string }[] = [
    { name: 'no records', given: { records: [] }, message: 'records' },
    { name: 'something else', given: { entries: [] }, message: 'records' },
    { name: 'an array', given: [], message: 'expected object' },
    { name: 'a record without a PCR', given: { records: [{ digests }] }, message: 'records.0.pcr' },
    {
      name: 'an unknown algorithm',
      given: { records: [{ pcr: 1, digests: [{ hashAlg: 'md5', digest: '' }] }] },
      message: 'hashAlg',
    },
    {
      name: 'a digest of another length',
      given: { records: [{ pcr: 1, digests: [{ hashAlg: 'sha256', digest: '00' }] }] },
      message: 'records.0.digests.0.digest',
    },
    { name: 'a file that was cut off', given: JSON.stringify(pcrlock).slice(0, -1), message: 'not JSON' },
    { name: 'a file beyond all size', given: ' '.repeat((1 << 20) + 1), message: 'more than' },
  ]
  for (const { name, given, message } of refused)
    it(`refuses ${name}`, () => {
      expect(() => parsePcrlock(text(given))).to.throw(WireError, message)
    })
})

describe('parseCalculatedPcrs', () => {
  it('joins the banks of one moment', () => {
    const values = parseCalculatedPcrs(text(calculated))
    expect(values.map(({ pcr, phase, values: of }) => [pcr, phase, [...of.keys()]])).to.deep.equal([
      [11, 'enter-initrd', [0x000b, 0x000c]],
      [11, 'enter-initrd:leave-initrd', [0x000b]],
    ])
  })

  it('takes PCR 11 where ukify names none', () => {
    const [value] = parseCalculatedPcrs(text({ sha256: [{ phase: 'enter-initrd', hash: sha256 }] }))
    expect(value?.pcr).to.equal(11)
  })

  const row = { phase: 'enter-initrd', pcr: 11, hash: sha256 }
  const refused: readonly { name: string; given: unknown; message: string }[] = [
    { name: 'an unknown bank', given: { md5: [row] }, message: 'md5: no PCR bank' },
    { name: 'a value that stands twice', given: { sha256: [row, row] }, message: 'sha256.1: stands twice' },
    { name: 'a value of another bank', given: { sha384: [row] }, message: 'sha384.0.hash' },
    { name: 'upper case', given: { sha256: [{ ...row, hash: sha256.toUpperCase() }] }, message: 'sha256.0.hash' },
    { name: 'no phase', given: { sha256: [{ ...row, phase: '' }] }, message: 'sha256.0.phase' },
    { name: 'PCR 99', given: { sha256: [{ ...row, pcr: 99 }] }, message: 'sha256.0.pcr' },
  ]
  for (const { name, given, message } of refused)
    it(`refuses ${name}`, () => {
      expect(() => parseCalculatedPcrs(text(given))).to.throw(WireError, message)
    })
})

describe('parsePcrSignatures', () => {
  it('reads what systemd-measure signs', () => {
    const [only] = parsePcrSignatures(text(signed))
    expect(only?.pcrs).to.deep.equal([11])
    expect(toHex(only?.signature ?? new Uint8Array())).to.equal('000102')
  })

  const row = signed.sha256[0]!
  for (const [field, value] of [
    ['pcrs', []],
    ['pol', 'zz'.repeat(32)],
    ['sig', '*'],
  ] as const)
    it(`refuses a bad ${field}`, () => {
      expect(() => parsePcrSignatures(text({ sha256: [{ ...row, [field]: value }] }))).to.throw(WireError, field)
    })
})
