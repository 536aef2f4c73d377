import { expect } from 'chai'
import { parseAnnouncement, parsePolicy, unheard } from '../../../../core/policy/index.ts'
import { refusalOf } from '../../../fakes/refused-document.ts'

const digest = 'ab'.repeat(32)
const value = `[{ version: new, sha256: "${digest}" }]`
const pcr = `pcrs: { 0: ${value} }`
const textOf = (...lines: readonly string[]) =>
  ['kind: Announcement', 'name: kernel', 'until: 2026-12-01T00:00:00+01:00', ...lines, ''].join('\n')
const read = (text: string) => parseAnnouncement(text, 'a.yaml')
const components = (count: number) =>
  `components: { ${Array.from({ length: count }, (_, n) => `c${n}: ${value}`).join(', ')} }`

describe('an announcement as it is written', () => {
  it('is for the machines and the groups that it names, until a moment', () => {
    const { machines, groups, untilUnixMs, boots, oldValues } = read(textOf('machines: [web]', 'groups: [db]', pcr))
    expect([machines, groups, untilUnixMs]).to.deep.equal([['web'], ['db'], Date.UTC(2026, 10, 30, 23)])
    expect([boots, oldValues]).to.deep.equal([undefined, 'keep'])
    expect(read(textOf('groups: [db]', pcr))).to.deep.include({ machines: [], groups: ['db'] })
    expect(read(textOf('machines: [web]', 'boots: 1000', pcr))).to.deep.include({ groups: [], boots: 1000 })
  })
  it('names PCRs, components, or both, its values being called by its name', () => {
    const both = read(textOf('machines: [web]', pcr, components(1)))
    expect([...both.pcrs].map(([index, set]) => [index, set.name])).to.deep.equal([[0, 'announcement kernel']])
    expect([...both.components].map(([name, set]) => [name, set.name])).to.deep.equal([['c0', 'announcement kernel']])
    expect(read(textOf('machines: [web]', components(64))).components.size).to.equal(64)
    expect([...read(textOf('machines: [web]', `pcrs: { 14: ${value} }`)).pcrs.keys()]).to.deep.equal([14])
  })
  it('is heard where the policy names the PCR or the component by digest', () => {
    const policy = parsePolicy(
      `kind: BootPolicy\nname: web\nmachines: [web]\nadmission: { approval: everyBoot }\nrelease: { pcrs: { sha256: { 0: ["${digest}"] } }, components: { c0: { image: 1, sha256: ["${digest}"] } } }\n`,
      'p',
    )
    expect(unheard(read(textOf('machines: [web]', pcr, components(1))), policy)).to.deep.equal([])
    const more = read(textOf('machines: [web]', `pcrs: { 0: ${value}, 4: ${value} }`, components(2)))
    expect(unheard(more, policy)).to.deep.equal(['component c1', 'PCR 4'])
  })

  const twice = `[{ version: a, sha256: "${digest}" }, { version: b, sha256: "${digest}" }]`
  const rows: readonly (readonly [what: string, lines: readonly string[], reason: RegExp, at: RegExp])[] = [
    ['no component', ['machines: [web]', 'components: {}', pcr], /^names no component$/, /{}$/],
    ['no PCR', ['machines: [web]', 'pcrs: {}', components(1)], /^names no PCR$/, /{}$/],
    ['too many components', ['machines: [web]', components(65)], /^too many components$/, /{ c0: /],
    ['a machine twice', ['machines: [web, web]', pcr], /^web stands twice$/, /^web\]$/],
    ['a group twice', ['groups: [db, x, db]', pcr], /^db stands twice$/, /^db\]$/],
    ['more boots than may be counted', ['machines: [web]', 'boots: 1001', pcr], /^Too big/, /1001$/],
    ['a value of a PCR twice', ['machines: [web]', `pcrs: { 0: ${twice} }`], /^stands twice$/, /^{ version: b/],
    [
      'a value of a component twice',
      ['machines: [web]', `components: { c: ${twice} }`],
      /^stands twice$/,
      /^{ version: b/,
    ],
    ['nobody', [pcr], /^names no machines and no groups: it would be for nobody$/, /^kind: /],
    [
      'nothing',
      ['machines: [web]'],
      /^announces nothing: name components, pcrs, texts, authorities or reference$/,
      /^kind: /,
    ],
  ]
  for (const [what, lines, reason, at] of rows)
    it(`is refused where it names ${what}`, () => {
      const [said, place] = refusalOf(textOf(...lines), read)
      expect(said).to.match(reason)
      expect(place).to.match(at)
    })
})
