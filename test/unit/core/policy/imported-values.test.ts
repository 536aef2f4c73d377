import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { fromHex, WireError } from '../../../../core/bytes/index.ts'
import { importFormatOf, importValues, isSignedBy, parseReferenceValues } from '../../../../core/policy/index.ts'

const file = (label: string, content: unknown) => ({
  label,
  bytes: new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content)),
})
const [a, b] = ['7a'.repeat(32), '7b'.repeat(32)]
const digests = [{ hashAlg: 'sha256', digest: a }]
const sha1 = [{ hashAlg: 'sha1', digest: '11'.repeat(20) }]
const pcrlock = file('shim.pcrlock', {
  records: [
    { pcr: 4, digests },
    { pcr: 4, digests: [{ hashAlg: 'sha256', digest: b }] },
  ],
})
const cel = file('cel.json', [{ recnum: 0, pcr: 4, digests }])
const log = file('measure.log', `\u001e${JSON.stringify({ pcr: 15, digests })}\n`)
const measure = file('pcr11.json', {
  sha256: [{ phase: 'enter-initrd', pcr: 11, hash: a }],
  sha384: [{ phase: 'enter-initrd', pcr: 11, hash: '7c'.repeat(48) }],
})

describe('imported reference values', () => {
  it('are told apart by what they hold', () => {
    expect([pcrlock, cel, log, measure].map(importFormatOf)).to.deep.equal(['pcrlock', 'cel', 'cel', 'measure'])
    expect(importFormatOf(file('x', { sha256: [{ pol: '' }] }))).to.equal('pcrsig')
    expect(() => importFormatOf(file('x', {}))).to.throw(WireError)
  })

  it('are a document that is taken, with a set for the events and one for the values of a PCR', () => {
    const document = importValues('vendor', [pcrlock, cel, log, measure])
    const { sets } = parseReferenceValues(document, 'vendor.yaml')
    expect([...sets.keys()]).to.deep.equal(['vendor/pcr4-events', 'vendor/pcr15-events', 'vendor/pcr11-values'])
    const [value] = sets.get('vendor/pcr11-values')?.byDigest.get(a) ?? []
    expect(value?.version).to.equal('pcr11.json enter-initrd')
    expect([...(value?.digests.keys() ?? [])]).to.deep.equal(['sha256', 'sha384'])
    expect(sets.get('vendor/pcr4-events')?.size).to.equal(2)
  })

  it('leave SHA-1 out, and are none where there is nothing else', () => {
    const both = importValues('x', [
      file('a.pcrlock', {
        records: [
          { pcr: 4, digests: [...sha1, ...digests] },
          { pcr: 5, digests: sha1 },
        ],
      }),
    ])
    expect(both).to.not.contain('1111').and.not.contain('pcr5')
    expect(() => importValues('x', [file('a.pcrlock', { records: [{ pcr: 5, digests: sha1 }] })])).to.throw(
      WireError,
      'trusted',
    )
  })

  it('quote what a file is called', () => {
    const odd = importValues('x', [{ ...pcrlock, label: 'a", sha256: "00" } #' }])
    expect(parseReferenceValues(odd, 'x').sets.get('x/pcr4-events')?.size).to.equal(2)
  })

  it('refuse signatures by themselves', () => {
    const pcrsig = file('x.pcrsig', { sha256: [{ pcrs: [11], pkfp: a, pol: a, sig: 'AA==' }] })
    expect(() => importValues('x', [pcrsig])).to.throw(WireError, 'no values')
  })

  describe('with signatures', () => {
    const value = { pcr: 11, phase: 'enter-initrd', values: new Map([[0x000b, fromHex(a)]]) }
    // Part 3, 23.7: zeros, TPM_CC_PolicyPCR, TPML_PCR_SELECTION of PCR 11 in the bank of SHA-256, digest of the value
    const selection = Buffer.from('0000017f00000001000b03000800', 'hex')
    const hash = (...parts: Uint8Array[]) => new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest())
    const policyDigest = hash(new Uint8Array(32), selection, hash(fromHex(a)))
    const policy = {
      bank: 0x000b,
      pcrs: [11],
      policyDigest,
      signature: new Uint8Array(),
    }

    it('are those whose policy is signed', () => {
      expect(isSignedBy([policy], value)).to.equal(true)
      expect(isSignedBy([policy], { ...value, values: new Map([[0x000b, fromHex(b)]]) })).to.equal(false)
      expect(isSignedBy([{ ...policy, pcrs: [11, 12] }], value)).to.equal(false)
      expect(isSignedBy([{ ...policy, bank: 0x000c }], value)).to.equal(false)
      expect(isSignedBy([policy], { ...value, pcr: 12 })).to.equal(false)
      expect(importValues('x', [measure], (each) => isSignedBy([policy], each))).to.contain(a)
      expect(() => importValues('x', [measure], () => false)).to.throw(WireError)
    })
  })
})
