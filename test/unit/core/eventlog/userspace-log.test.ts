import { expect } from 'chai'
import { fromHex, WireError } from '../../../../core/bytes/index.ts'
import { parseUserspaceLog, writeUserspaceLog } from '../../../../core/eventlog/index.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const digest = '7a'.repeat(32)
const written =
  `\u001e{"pcr":11,"digests":[{"hashAlg":"sha256","digest":"${digest}"}],"content_type":"systemd",` +
  `"content":{"eventType":"phase","string":"enter-initrd"}}\n`
const nvRecord = `\u001e{"nv_index":29360128,"digests":[{"hashAlg":"sha256","digest":"${digest}"}]}\n`

const refused = [
  { name: 'text before the first record', given: `x${written}`, message: 'records.0:' },
  { name: 'a record that was cut off', given: written.slice(0, -1), message: 'records.0: cut off' },
  { name: 'a record that is no JSON', given: '\u001e{\n', message: 'records.0: not JSON' },
  { name: 'PCR 24', given: written.replace('"pcr":11', '"pcr":24'), message: 'records.0.pcr:' },
  { name: 'no PCR', given: written.replace('"pcr":11,', ''), message: 'records.0.pcr:' },
  { name: 'no digests', given: written.replace(/\[.*\]/, '[]'), message: 'records.0.digests:' },
  {
    name: 'an unknown algorithm',
    given: written.replace('"sha256"', '"md5"'),
    message: 'records.0.digests.0.hashAlg:',
  },
  { name: 'a digest of another length', given: written.replace(digest, '7a'), message: 'records.0.digests.0.digest:' },
  {
    name: 'a digest that is no hexadecimal',
    given: written.replace('7a', '7g'),
    message: 'records.0.digests.0.digest:',
  },
  {
    name: 'two digests of one algorithm',
    given: written.replace(/\[(.*)\]/, '[$1,$1]'),
    message: 'records.0.digests.1.hashAlg:',
  },
]

describe('parseUserspaceLog', () => {
  it('reads what systemd writes', () => {
    expect(parseUserspaceLog(text(written))).to.deep.equal([
      {
        index: 0,
        pcr: 11,
        digests: new Map([[0x000b, fromHex(digest)]]),
        untrustedContentType: 'systemd',
        untrustedContent: { eventType: 'phase', string: 'enter-initrd' },
      },
    ])
  })

  it('reads an empty log as no records', () => {
    expect(parseUserspaceLog(new Uint8Array())).to.deep.equal([])
  })

  it('leaves out records of an NV index and keeps the numbers of the others', () => {
    expect(parseUserspaceLog(text(nvRecord + written)).map(({ index }) => index)).to.deep.equal([1])
  })

  it('reads what it writes', () => {
    const records = parseUserspaceLog(text(written + written))
    expect(parseUserspaceLog(writeUserspaceLog(records))).to.deep.equal(records)
    expect(new TextDecoder().decode(writeUserspaceLog(records))).to.equal(written + written)
  })

  for (const { name, given, message } of refused) {
    it(`refuses ${name}`, () => {
      expect(() => parseUserspaceLog(text(given)))
        .to.throw(WireError)
        .with.property('message')
        .that.includes(message)
    })
  }

  it('refuses values within values beyond a depth, and takes brackets in strings for text', () => {
    const withContent = (content: string) =>
      text(`\u001e{"pcr":11,"digests":[{"hashAlg":"sha256","digest":"${'00'.repeat(32)}"}],"content":${content}}\n`)
    const nested = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`
    expect(parseUserspaceLog(withContent(nested(30)))).to.have.length(1)
    for (const depth of [31, 100_000])
      expect(() => parseUserspaceLog(withContent(nested(depth)))).to.throw(WireError, /records\.0: deeper/)
    expect(parseUserspaceLog(withContent(`{"a":"${'\\\\\\"[{'.repeat(50)}"}`))).to.have.length(1)
    expect(() => parseUserspaceLog(withContent(`{"a":"${'\\"'.repeat(100_000)}`))).to.throw(WireError, /not JSON/)
  })

  it('refuses bytes that are no UTF-8', () => {
    expect(() => parseUserspaceLog(Uint8Array.of(0x1e, 0xff, 0x0a))).to.throw(WireError, 'not UTF-8')
  })
})
