import { expect } from 'chai'
import { fromHex, WireError } from '../../../../core/bytes/index.ts'
import { importFormatOf, importValues, isSignedBy, parseReferenceValues } from '../../../../core/policy/index.ts'
import { ALG, digest, pcrStep, policyDigest, selectPcrs } from '../../../../core/tpm/index.ts'

const value = '7a'.repeat(32)
const fileOf = (label: string, text: string) => ({ label, bytes: new TextEncoder().encode(text) })
const pcrlock = (label: string) =>
  fileOf(label, JSON.stringify({ records: [{ pcr: 4, digests: [{ hashAlg: 'sha256', digest: value }] }] }))
const versions = (document: string) =>
  [...parseReferenceValues(document, 'x').sets.values()].flatMap(({ byDigest }) =>
    [...byDigest.values()].flat().map(({ version }) => version),
  )

describe('files of reference values', () => {
  it('are told apart however they are indented', () => {
    const formatOf = (text: string) => importFormatOf(fileOf('x', text))
    expect(formatOf('{ "records" : [] }')).to.equal('pcrlock')
    expect(formatOf('{ "sha256" : [ { "pol"\n: "" } ] }')).to.equal('pcrsig')
    expect(formatOf('{ "sha256" : [ { "hash" \t: "" } ] }')).to.equal('measure')
    expect(() => formatOf('{ "hash256": "" }')).to.throw(
      WireError,
      'neither CEL-JSON, .pcrlock, .pcrsig nor what systemd-measure prints',
    )
  })
  it('give a value the name of the first that has it', () => {
    expect(versions(importValues('x', [pcrlock('one'), pcrlock('two')]))).to.deep.equal(['one record 0'])
  })
  it('may have names that are longer than a version may be', () => {
    expect(versions(importValues('x', [pcrlock('n'.repeat(300))]))).to.deep.equal(['n'.repeat(200)])
  })
  it('count by any one of several signatures', () => {
    const signed = (hex: string) => ({
      bank: ALG.sha256,
      pcrs: [11],
      policyDigest: policyDigest(ALG.sha256, pcrStep([selectPcrs(ALG.sha256, [11])], digest(ALG.sha256, fromHex(hex)))),
      signature: new Uint8Array(),
    })
    const calculated = { pcr: 11, phase: 'enter-initrd', values: new Map([[ALG.sha256, fromHex(value)]]) }
    expect(isSignedBy([signed('00'.repeat(32)), signed(value)], calculated)).to.equal(true)
    expect(isSignedBy([signed('00'.repeat(32))], calculated)).to.equal(false)
    expect(isSignedBy([], calculated)).to.equal(false)
  })
})
