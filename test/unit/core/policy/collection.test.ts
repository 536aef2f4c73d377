import { expect } from 'chai'
import {
  Collection,
  parseGroup,
  parseGroupAmong,
  parsePolicy,
  parsePolicyAmong,
  policyInForce,
} from '../../../../core/policy/index.ts'
import { refusalOf } from '../../../fakes/refused-document.ts'

const policyText = (name: string, whom: string) =>
  `kind: BootPolicy\nname: ${name}\n${whom}\nadmission: { networks: [10.0.0.0/8] }\nrelease: { pcrs: { sha256: { 0: ["${'ab'.repeat(32)}"] } } }\n`
const groupText = (name: string, more: string) => `kind: Group\nname: ${name}\n${more}\n`
const documentsOf = (policies: Readonly<Record<string, string>>, groups: Readonly<Record<string, string>>) =>
  new Collection(
    new Map(),
    Object.entries(policies).map(([name, whom]) => parsePolicy(policyText(name, whom), name)),
    Object.entries(groups).map(([name, more]) => parseGroup(groupText(name, more), name)),
  )
const inForce = (documents: Collection, name: string, groupName: string) => {
  const found = policyInForce(documents, { name, groupName })
  const chain = found.chain.map((group) => group.name).join(' in ')
  const floors = found.floors.map(({ group }) => group).join(', ')
  const what =
    found.kind === 'one'
      ? `${found.policy.name} for ${found.group ?? 'the machine'}`
      : found.kind === 'none'
        ? 'none'
        : `${found.kind}, either of ${found.names.join(', ')}`
  return [what, chain, floors]
}

describe('the policy in force', () => {
  const documents = () =>
    documentsOf(
      { own: 'machines: [db-1]', db: 'groups: [db]', named: 'groups: [elsewhere]', far: 'groups: [undocumented]' },
      {
        all: 'policy: named\nrequire: { tier: T1 }',
        db: 'parent: all\nrequire: { tier: T0 }',
        web: 'parent: all',
        bare: 'require: { tier: T0 }',
      },
    )
  const rows: readonly (readonly [machine: string, group: string, told: readonly string[]])[] = [
    ['db-1', 'db', ['own for the machine', 'db in all', 'all, db']],
    ['db-2', 'db', ['db for db', 'db in all', 'all, db']],
    ['web-1', 'web', ['named for all', 'web in all', 'all']],
    ['x', 'all', ['named for all', 'all', 'all']],
    ['x', 'elsewhere', ['named for elsewhere', '', '']],
    ['x', 'undocumented', ['far for undocumented', '', '']],
    ['x', 'bare', ['none', 'bare', 'bare']],
    ['x', 'unknown', ['none', '', '']],
  ]
  for (const [machine, group, told] of rows)
    it(`of ${machine} in ${group} is ${told[0]}`, () => {
      expect(inForce(documents(), machine, group)).to.deep.equal(told)
    })
  it('judges by the floors of the groups as well', () => {
    const found = policyInForce(documents(), { name: 'db-1', groupName: 'db' })
    expect(found.kind === 'one' && found.policy.floors.map(({ group }) => group)).to.deep.equal(['all', 'db'])
  })
  it('is none of several that are equally near, and says so', () => {
    const several = documentsOf({ a: 'groups: [web]', b: 'groups: [web]', c: 'machines: [m]', d: 'machines: [m]' }, {})
    expect(inForce(several, 'x', 'web')).to.deep.equal(['ambiguous, either of a, b', '', ''])
    expect(inForce(several, 'm', 'web')).to.deep.equal(['ambiguous, either of c, d', '', ''])
  })
  it('counts a policy once that names a group whose document names it', () => {
    const both = documentsOf({ web: 'groups: [web]' }, { web: 'policy: web' })
    expect(inForce(both, 'x', 'web')[0]).to.equal('web for web')
    expect(documentsOf({}, { web: 'policy: gone' }).ofGroup('web')).to.deep.equal([])
  })
  it('ends where groups are in each other, or go on for ever', () => {
    const circle = documentsOf({}, { a: 'parent: b\nrequire: { tier: T0 }', b: 'parent: a\nrequire: { tier: T0 }' })
    expect(inForce(circle, 'x', 'a')).to.deep.equal(['none', 'a in b', 'b, a'])
    const names = Array.from({ length: 10 }, (_, n): readonly [string, string] => [`g${n}`, `parent: g${n + 1}`])
    const deep = documentsOf({ far: 'groups: [g8]', near: 'groups: [g7]' }, Object.fromEntries(names))
    expect(inForce(deep, 'x', 'g1')[0]).to.equal('near for g7')
    expect(inForce(deep, 'x', 'g0')).to.deep.equal(['near for g7', 'g0 in g1 in g2 in g3 in g4 in g5 in g6 in g7', ''])
  })
})

describe('a policy among others', () => {
  const documents = () =>
    documentsOf({ old: 'machines: [m, n]\ngroups: [web]', db: 'machines: [d]' }, { data: 'policy: db' })
  const read = (text: string) => parsePolicyAmong(text, 'p.yaml', documents())
  it('may take the place of itself, and be for whom no other is', () => {
    expect(read(policyText('old', 'machines: [m]\ngroups: [web]')).name).to.equal('old')
    expect(read(policyText('new', 'machines: [o]\ngroups: [db]')).machines).to.deep.equal(['o'])
  })
  it('is refused at the machine or the group that is another’s', () => {
    expect(refusalOf(policyText('new', 'machines: [o, n]'), read)).to.deep.equal([
      'new and old would both be for the machine n',
      'n]',
    ])
    expect(refusalOf(policyText('new', 'groups: [x, web]'), read)).to.deep.equal([
      'new and old would both be for the group web',
      'web]',
    ])
    expect(refusalOf(policyText('new', 'groups: [data]'), read)[0]).to.equal(
      'new and db would both be for the group data',
    )
  })
})

describe('a group among others', () => {
  const documents = () =>
    documentsOf(
      { web: 'groups: [web]', db: 'machines: [d]' },
      { all: 'require: { tier: T0 }', inner: 'parent: middle', middle: 'parent: all' },
    )
  const read = (text: string) => parseGroupAmong(text, 'g.yaml', documents())
  it('may name what there is', () => {
    expect(read(groupText('new', 'parent: all\npolicy: db')).parent).to.equal('all')
    expect(read(groupText('web', 'policy: web')).policy).to.equal('web')
    expect(read(groupText('middle', 'require: { tier: T1 }')).parent).to.equal(undefined)
  })
  const rows: readonly (readonly [name: string, more: string, reason: string, at: string])[] = [
    ['new', 'parent: gone', 'there is no Group named gone: apply it first', 'gone'],
    ['new', 'policy: gone', 'there is no BootPolicy named gone: apply it first', 'gone'],
    ['web', 'policy: db', 'db and web would both be for the group web', 'db'],
    ['all', 'parent: inner', 'makes a circle: inner in middle in all in inner', 'inner'],
  ]
  for (const [name, more, reason, at] of rows)
    it(`is refused where it says ${more}`, () => {
      const [said, place] = refusalOf(groupText(name, more), read)
      expect(said).to.match(name === 'all' ? /^makes a circle: (\w+) in \w+ in \w+ in \1$/ : new RegExp(`^${reason}$`))
      expect(place).to.match(new RegExp(`(^|: )${at}$`))
    })
  it('may stand beside one whose parent is gone', () => {
    const odd = documentsOf({}, { lost: 'parent: gone', all: 'require: { tier: T0 }' })
    expect(parseGroupAmong(groupText('new', 'parent: all'), 'g', odd).parent).to.equal('all')
  })
  it('may be eight deep, and no deeper', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 8 }, (_, n) => [`g${n}`, n === 0 ? 'require: { tier: T0 }' : `parent: g${n - 1}`]),
    )
    const deep = documentsOf({}, chain)
    expect(parseGroupAmong(groupText('g7', 'parent: g6'), 'g', deep).parent).to.equal('g6')
    const [said] = refusalOf(groupText('g8', 'parent: g7'), (text) => parseGroupAmong(text, 'g', deep))
    expect(said).to.equal('is too deep, more than 8 groups: g8 in g7 in g6 in g5 in g4 in g3 in g2 in g1 in g0')
  })
})
