import { expect } from 'chai'
import { toHex } from '../../../../core/bytes/index.ts'
import { verifyEvidence, type RequestCore, type VerifiedEvidence } from '../../../../core/evidence/index.ts'
import { EV, type Event } from '../../../../core/eventlog/index.ts'
import { diffBoots, digestNames, parseReferenceValues } from '../../../../core/policy/index.ts'
import { ALG } from '../../../../core/tpm/index.ts'
import { Attester } from '../../../../agent/boot/simulate/attester.ts'
import { alteredRequest, event, recordedRequest } from '../../../fakes/attester-request.ts'
import { type BootName } from '../../../vectors/vectors.ts'

const attester = new Attester()
const verified = (core: RequestCore) => verifyEvidence(attester.expectation(), attester.attest(core))
const recorded = (boot: BootName) => verified(recordedRequest(boot))
const uki = recorded('uki')
const withMore = (...more: readonly Event[]) => verified(alteredRequest('uki', (events) => [...events, ...more]))
const typed = (pcr: number, text: string) => event(pcr, EV.IPL, new TextEncoder().encode(text))
const valueOf = ({ pcrs }: VerifiedEvidence, pcr: number) => toHex(pcrs.banks.get(ALG.sha256)!.get(pcr)!)
const naming = (...digests: readonly string[]) => {
  const rows = digests.map((digest, at) => `    - { version: v${at}, sha256: "${digest}" }\n`)
  const text = `kind: ReferenceValues\nname: known\nsets:\n  values:\n${rows.join('')}`
  return digestNames(new Map([['known', parseReferenceValues(text, 'known')]]), [])
}

describe('the words of a boot diff', () => {
  it('are all there up to the limit, and say how many are not beyond it', () => {
    const many = (count: number) =>
      diffBoots(uki, withMore(...Array.from({ length: count }, (_, at) => typed(8, `event ${at}`))))
    expect(many(64)).to.have.length(64)
    expect(many(64).at(-1)).to.match(/^the pcr8 event, as the log calls it \(PCR 8, event 64\) is new: /)
    expect(many(65).at(-1)).to.equal('and 1 more differences')
  })
  it('tell of Secure Boot once, not by its variable as well', () => {
    const lines = diffBoots(recorded('uki-secureboot'), uki)
    expect(lines.filter((line) => /SecureBoot|Secure Boot is/.test(line))).to.deep.equal([
      'Secure Boot is off: it was on',
    ])
  })
  it('tell the boot loader’s PCRs by their log, the firmware’s by what it is', () => {
    const lines = diffBoots(uki, withMore(typed(6, 'a'), typed(8, 'b'), typed(15, 'c')))
    expect(lines.map((line) => line.replace(/ is new: .*/, ''))).to.deep.equal([
      'the pcr15 event, as the log calls it (PCR 15, event 1)',
      'the pcr8 event, as the log calls it (PCR 8, event 1)',
      'an event of the host platform (PCR 6, event 2)',
    ])
  })
  it('quote a text whole as long as it is short', () => {
    const told = (length: number) => diffBoots(uki, withMore(typed(8, 'x'.repeat(length)))).join()
    expect(told(120)).to.match(/is new: "x{120}"$/)
    expect(told(121)).to.match(/is new: "x{120}\.\.\."$/)
  })
  it('name a value of a PCR that either boot has, to the last PCR', () => {
    const other = withMore(typed(15, 'cap'))
    const [was, is] = [valueOf(uki, 15), valueOf(other, 15)]
    const told = (...digests: readonly string[]) =>
      diffBoots(uki, other, naming(...digests)).filter((line) => line.includes('as a whole'))
    const short = (digest: string) => `${digest.slice(0, 16)}...`
    expect(told(was)).to.deep.equal([`PCR 15 as a whole changed: ${short(was)} (v0 of known/values) -> ${short(is)}`])
    expect(told(is)).to.deep.equal([`PCR 15 as a whole changed: ${short(was)} -> ${short(is)} (v0 of known/values)`])
    expect(told('ab'.repeat(32))).to.deep.equal([])
    expect(diffBoots(uki, uki, naming(was))).to.deep.equal([])
  })
  it('say that a PCR was not quoted', () => {
    const core = recordedRequest('uki')
    const quoted = core.pcrs.get(ALG.sha256)!
    const one = verified({
      ...core,
      pcrs: new Map([[ALG.sha256, new Map([...quoted, [12, new Uint8Array(32).fill(1)]])]]),
    })
    const without = {
      ...one,
      pcrs: { ...uki.pcrs, banks: new Map([[ALG.sha256, new Map([...quoted].filter(([pcr]) => pcr !== 12))]]) },
    }
    expect(diffBoots(one, without).join()).to.match(
      /^PCR 12, which no log explains, changed: 0101010101010101\.\.\. -> not quoted$/,
    )
  })
})

describe('names of digests', () => {
  const digest = new Uint8Array(32).fill(0xab)
  const digests = new Map([[ALG.sha256, digest]])
  const named = (versions: number) => {
    const sets = Array.from(
      { length: versions },
      (_, n) => `  s${n}: [{ version: v${n}, sha256: "${toHex(digest)}" }]\n`,
    )
    const text = `kind: ReferenceValues\nname: known\nsets:\n${sets.join('')}`
    return digestNames(new Map([['known', parseReferenceValues(text, 'known')]]), []).published(digests)
  }
  it('are those of every set that has it, up to three', () => {
    expect(named(1)).to.equal('v0 of known/s0')
    expect(named(3)).to.equal('v0 of known/s0, v1 of known/s1, v2 of known/s2')
    expect(named(4)).to.equal('v0 of known/s0, v1 of known/s1, v2 of known/s2, others')
    expect(naming('cd'.repeat(32)).published(digests)).to.equal(undefined)
  })
  it('are of the first boot that had it, in any bank', () => {
    const boots = [
      { name: 'one', digests: new Set(['cd'.repeat(48)]) },
      { name: 'two', digests: new Set([toHex(digest)]) },
      { name: 'three', digests: new Set([toHex(digest)]) },
    ]
    const { earlier } = digestNames(new Map(), boots)
    expect(earlier(digests)).to.equal('two')
    expect(earlier(new Map([...digests, [ALG.sha384, new Uint8Array(48).fill(0xcd)]]))).to.equal('one')
    expect(earlier(new Map([[ALG.sha1, digest]]))).to.equal(undefined)
  })
})
