import { expect } from 'chai'
import { isKnownOfUserspace } from '../../../../core/evidence/known-userspace-events.ts'
import { type MeasuredEvent } from '../../../../core/evidence/index.ts'
import { EV } from '../../../../core/eventlog/index.ts'
import { ALG, digest } from '../../../../core/tpm/index.ts'

const ascii = (text: string) => new TextEncoder().encode(text)

/** As replayLog hands it on: the record's type and content as JSON, beside the digests that the quote vouches for. */
function record(pcr: number, measured: string, content: unknown = { string: measured }): MeasuredEvent {
  return {
    log: 'userspace',
    index: 0,
    pcr,
    untrustedType: EV.IPL,
    untrustedData: ascii(JSON.stringify({ type: 'systemd', content })),
    digests: new Map([ALG.sha256, ALG.sha384].map((hash) => [hash, digest(hash, ascii(measured))])),
  }
}

const initialized = `nvpcr-init:hardware:0x1d10200:000b${'ab'.repeat(32)}`
const parts = { name: 'hardware', index: '0x1d10200', name_digest: `000b${'ab'.repeat(32)}` }
const saying = (changed: Partial<typeof parts>) => `nvpcr-init:${Object.values({ ...parts, ...changed }).join(':')}`

describe('isKnownOfUserspace', () => {
  it('knows each text that systemd measures into PCR 9, in that PCR alone', () => {
    for (const text of [initialized, 'nvpcr-separator']) {
      expect(isKnownOfUserspace(record(9, text)), text).to.equal(true)
      for (const pcr of [0, 7, 8, 10, 11, 12, 13, 14])
        expect(isKnownOfUserspace(record(pcr, text)), `${text} in PCR ${pcr}`).to.equal(false)
    }
  })

  it('knows a text as a whole, in its form', () => {
    for (const text of [
      saying({ name: 'a' }),
      saying({ name: `A-z_0.${'9'.repeat(58)}` }),
      saying({ index: '0x1' }),
      saying({ name_digest: '0123abcd' }),
      saying({ name_digest: 'f'.repeat(136) }),
    ])
      expect(isKnownOfUserspace(record(9, text)), text).to.equal(true)
    for (const text of [
      '',
      'anything',
      `x${initialized}`,
      `${initialized}\n`,
      'xnvpcr-separator',
      'nvpcr-separator ',
      saying({ name: '' }),
      saying({ name: 'a'.repeat(65) }),
      saying({ name: 'a b' }),
      saying({ index: '0x' }),
      saying({ index: '1d10200' }),
      saying({ index: '0x123456789' }),
      saying({ index: '0x1D10200' }),
      saying({ name_digest: '0123abc' }),
      saying({ name_digest: 'f'.repeat(137) }),
      saying({ name_digest: '0123ABCD' }),
    ])
      expect(isKnownOfUserspace(record(9, text)), text).to.equal(false)
  })

  it('knows the separator in every PCR, by its digest in all banks and not by its text', () => {
    for (const pcr of [0, 7, 9, 12, 13, 14])
      expect(isKnownOfUserspace(record(pcr, 'os-separator', {})), `PCR ${pcr}`).to.equal(true)
    expect(isKnownOfUserspace(record(12, 'evil', { string: 'os-separator' }))).to.equal(false)
  })

  it('takes what PCR 15 holds, of which the rule on the cap asks for the value', () => {
    expect(isKnownOfUserspace(record(15, 'anything', {}))).to.equal(true)
  })

  it('believes no text that is not what every bank measured', () => {
    const honest = record(9, initialized)
    expect(isKnownOfUserspace(record(9, 'evil', { string: initialized }))).to.equal(false)
    const other = new Map([...honest.digests, [ALG.sha384, digest(ALG.sha384, ascii('evil'))]])
    expect(isKnownOfUserspace({ ...honest, digests: other })).to.equal(false)
    expect(isKnownOfUserspace({ ...honest, digests: new Map() })).to.equal(false)
  })

  it('reads the text where a record has it, and none elsewhere', () => {
    const separator = 'nvpcr-separator'
    const without = { ...record(9, separator), untrustedData: ascii(JSON.stringify({ type: 'systemd' })) }
    expect(isKnownOfUserspace(without), 'no content').to.equal(false)
    for (const content of [null, {}, [], separator, { '': separator }, { string: [separator] }])
      expect(isKnownOfUserspace(record(9, separator, content)), JSON.stringify(content)).to.equal(false)
  })
})
