import { expect } from 'chai'
import { parsePolicy } from '../../../../core/policy/index.ts'
import { refusalOf } from '../../../fakes/refused-document.ts'

const digest = `sha256: ["${'ab'.repeat(32)}"]`
const textOf = (components: string, more = 'admission: { approval: everyBoot }') =>
  `kind: BootPolicy\nname: web\ngroups: [web]\n${more}\nrelease: { components: { ${components} } }\n`
const read = (text: string) => parsePolicy(text, 'web.yaml')
const quoted = (patterns: readonly string[]) => patterns.map((pattern) => `"${pattern}"`).join(', ')
const line = (...patterns: readonly string[]) => `line: { pcr: 9, event: 1, text: { matches: [${quoted(patterns)}] } }`

/** A pattern that takes so many steps to match. */
function patternOf(steps: number): string {
  const [refused] = refusalOf(textOf(line('a{1000}a{1000}a{1000}')), read)
  const fixed = Number(/takes (\d+) steps/.exec(refused)?.[1]) - 3000
  return `a{1000}a{1000}a{${steps - 2000 - fixed}}`
}

describe('the limits of a policy', () => {
  it('are so many steps of one pattern', () => {
    expect(read(textOf(line(patternOf(2048)))).release.components[0]?.text?.matches).to.have.length(1)
    const [reason, at] = refusalOf(textOf(line('x', patternOf(2049))), read)
    expect(reason).to.equal('takes 2049 steps to match, more than 2048: repeat less')
    expect(at).to.match(/^"a\{1000\}/)
  })
  it('are so many steps of all patterns, of words as of texts', () => {
    const full = (n: number) => `${patternOf(2048 - 2)}0${n}`
    const of = (kind: 'words' | 'matches', event: number, count: number) =>
      `c${event}: { pcr: 9, event: ${event}, text: { ${kind}: [${quoted(Array.from({ length: count }, (_, n) => full(n)))}] } }`
    const most = [of('words', 1, 8), of('matches', 2, 8)].join(', ')
    expect(read(textOf(most)).release.components).to.have.length(2)
    const [reason, at] = refusalOf(textOf(`${most}, c3: { pcr: 9, event: 3, text: { words: [a] } }`), read)
    expect(reason).to.equal('patterns take more than 32768 steps in all')
    expect(at).to.match(/^text: \{ words: \[a\]/)
  })
  it('are one place for a component', () => {
    for (const place of [
      'image: 1, section: .linux',
      'image: 1, pcr: 4, event: 1',
      'section: .linux, pcr: 11, event: 1',
      'image: 1, section: .linux, pcr: 11, event: 1',
      'image: 1, event: 1',
      'event: 1',
    ]) {
      const [reason, at] = refusalOf(textOf(`x: { ${place}, ${digest} }`), read)
      expect(reason, place).to.match(/^says where it is measured by image, by section, or by pcr and event/)
      expect(at).to.match(/^x: \{/)
    }
    const [reason] = refusalOf(textOf('x: { image: 1, pcr: 9, text: { must: [quiet] } }'), read)
    expect(reason).to.match(/^says where it is measured/)
  })
  it('are networks that leave somebody out', () => {
    const networks = (text: string) => textOf(`x: { image: 1, ${digest} }`, `admission: { networks: [${text}] }`)
    const [reason, at] = refusalOf(networks('0.0.0.0/1, 128.0.0.0/1'), read)
    expect(reason).to.equal('every address there is would be in one of these networks')
    expect(at).to.match(/^\[0\.0\.0\.0/)
    expect(read(networks('0.0.0.0/1')).admission.networks).to.have.length(1)
  })
  it('are digests and references that stand once, where they stand', () => {
    const value = 'ab'.repeat(32)
    const [again, at] = refusalOf(textOf(`x: { image: 1, sha256: ["${value}", "${value}"] }`), read)
    expect([again, at.slice(0, 3)]).to.deep.equal([`${value} stands twice`, '"ab'])
    const [reference, where] = refusalOf(textOf('x: { image: 1, reference: [a/b, c/d, a/b] }'), read)
    expect([reference, where]).to.deep.equal(['a/b stands twice', 'a/b] } } }'])
  })
})
