import { expect } from 'chai'
import { parsePolicy } from '../../../../core/policy/index.ts'
import { faultsOf, wantedOf, wordsOf } from '../../../../core/policy/text-rule.ts'

const ruleOf = (text: string) => {
  const policy = parsePolicy(
    `kind: BootPolicy\nname: web\ngroups: [web]\nadmission: { approval: everyBoot }\nrelease: { components: { line: { pcr: 12, event: 1, text: ${text} } } }\n`,
    'test',
  )
  const rule = policy.release.components[0]?.text
  if (rule === undefined) throw new TypeError('no text rule')
  return rule
}

describe('wordsOf', () => {
  it('cuts as the kernel does: by white space outside double quotes', () => {
    expect(wordsOf(' a  b="c d"\te\n"f g"=h ')).to.deep.equal(['a', 'b="c d"', 'e', '"f g"=h'])
    expect(wordsOf('a "b c')).to.deep.equal(['a', '"b c'])
    expect(wordsOf('')).to.deep.equal([])
  })
})

describe('faultsOf', () => {
  it('tells the first faults only, and no word at length: a machine measures what it likes', () => {
    const text = Array.from({ length: 500 }, (_, at) => `evil${at}=${'x'.repeat(200)}`).join(' ')
    const faults = faultsOf(text, ruleOf('{ words: [quiet], mustNot: [init] }'))
    expect(faults).to.have.length(16)
    expect(faults[0]).to.match(/^evil0=x{122}… matches no pattern$/)
    expect(faultsOf('init=a '.repeat(40), ruleOf('{ mustNot: [init] }'))).to.have.length(16)
  })
  const rows: readonly (readonly [rule: string, text: string, faults: number])[] = [
    ['{ equals: ["a b"] }', 'a b', 0],
    ['{ equals: ["a b"] }', 'a  b', 1],
    ['{ must: [quiet] }', 'root=/dev/a quiet', 0],
    ['{ must: [quiet] }', 'root=/dev/a', 1],
    ['{ must: ["root=/dev/a"] }', 'root=/dev/a', 0],
    // The kernel takes the last value of a name
    ['{ must: ["root=/dev/a"] }', 'root=/dev/a root=/dev/b', 1],
    ['{ must: ["console=ttyS0", "console=tty0"] }', 'console=tty0 console=ttyS0', 0],
    ['{ mustNot: [init] }', 'quiet', 0],
    ['{ mustNot: [init] }', 'init=/bin/sh', 1],
    ['{ mustNot: [init] }', 'init', 1],
    ['{ mustNot: [init] }', 'initrd=x', 0],
    ['{ mustNot: [systemd.debug-shell] }', 'systemd.debug_shell=1', 1],
    ['{ mustNot: [init] }', '"init=/bin/sh x"', 1],
    // systemd drops quotes wherever they stand; scripts of an initrd know none
    ['{ mustNot: [systemd.unit] }', "'systemd.unit=rescue.target'", 1],
    ['{ mustNot: [systemd.unit] }', 'system"d.u"nit=rescue.target', 1],
    ['{ mustNot: [break] }', 'note="a break=premount b"', 1],
    // In an initrd systemd knows its parameters behind rd. as well
    ['{ mustNot: [systemd.unit] }', 'rd.systemd.unit=emergency.target', 1],
    ['{ mustNot: [systemd.unit] }', 'r"d.systemd".unit=emergency.target', 1],
    ['{ mustNot: [rd.break] }', 'break', 0],
    ['{ must: ["luks.uuid=1"] }', 'luks.uuid=1 rd.luks.uuid=2', 1],
    ['{ must: ["luks.uuid=1"] }', 'luks.uuid=1 "rd.luks.uuid=1"', 1],
    ['{ must: ["luks.uuid=1"] }', 'luks.uuid=1 rd.luks.uuid=1', 0],
    ['{ must: ["rd.luks.uuid=1"] }', 'rd.luks.uuid=1 luks.uuid=2', 0],
    ['{ must: ["root=/dev/a"] }', 'root=/dev/a note="a root=/dev/b b"', 1],
    ['{ words: ["root=/dev/[a-z]+", "note=.*"] }', 'root=/dev/a note="a break=premount"', 1],
    // The kernel stops at --, and knows no parameter with a quote in its name
    ['{ must: [nosmt] }', 'quiet -- nosmt', 1],
    ['{ must: [nosmt] }', 'quiet "--" nosmt', 1],
    ['{ must: [nosmt] }', 'quiet nosmt"', 2],
    ['{ mustNot: [init] }', 'quiet -- init=/bin/sh', 1],
    ['{ words: ["root=/dev/[a-z]+", quiet] }', 'quiet root=/dev/sda', 0],
    ['{ words: ["root=/dev/[a-z]+", quiet] }', 'quiet root=/dev/sda1', 1],
    ['{ words: ["root=/dev/[a-z]+", quiet] }', 'quiet xroot=/dev/sda', 1],
    ['{ matches: ["set [a-z]+=.*", "linux .*"] }', 'set root=x', 0],
    // The kernel parts words by tabs as well
    ['{ matches: ["/vmlinuz-[^ ]+ ro"] }', '/vmlinuz-6 ro', 0],
    ['{ matches: ["/vmlinuz-[^ ]+ ro"] }', '/vmlinuz-6\tinit=/bin/sh ro', 1],
    ['{ matches: ["/vmlinuz-[^ ]+ ro"] }', '/vmlinuz-6\ninit=/bin/sh ro', 1],
    ['{ matches: ["(?s)menuentry .*"] }', 'menuentry {\n\tlinux\n}', 0],
    ['{ matches: ["a\\\\sb"] }', 'a\tb', 0],
    ['{ matches: ["a b"] }', 'a\tb', 1],
    ['{ matches: ["set [a-z]+=.*", "linux .*"] }', 'exit; set root=x', 1],
  ]
  for (const [rule, text, faults] of rows)
    it(`finds ${faults === 0 ? 'nothing wrong with' : 'what is wrong with'} ${text} under ${rule}`, () => {
      expect(faultsOf(text, ruleOf(rule))).to.have.length(faults)
    })

  it('says what is wrong with each word', () => {
    const rule = '{ equals: [x], must: [quiet, "root=/dev/a"], mustNot: [init], words: ["root=.*", ro], matches: [y] }'
    expect(faultsOf('root=/dev/b  init=/bin/sh ro', ruleOf(rule))).to.deep.equal([
      'it is another text',
      'quiet is missing',
      'root=/dev/a is missing',
      'root=/dev/b is another value',
      'init=/bin/sh is forbidden',
      'init=/bin/sh matches no pattern',
      'it matches no pattern',
    ])
  })
  it('takes dashes and underscores of a name for the same, and none of a value', () => {
    expect(faultsOf('systemd.debug_shell', ruleOf('{ must: [systemd.debug-shell] }'))).to.deep.equal([])
    expect(faultsOf('root=/dev/a_b', ruleOf('{ must: ["root=/dev/a-b"] }'))).to.deep.equal([
      'root=/dev/a-b is missing',
      'root=/dev/a_b is another value',
    ])
  })
  it('takes nothing behind -- for the kernel, even where it stands first', () => {
    expect(faultsOf('-- quiet', ruleOf('{ must: [quiet] }'))).to.deep.equal(['quiet is missing'])
  })
  it('says what is asked', () => {
    const rule = ruleOf(
      '{ equals: ["a b", c], must: [quiet, ro], mustNot: [init, rd.break], words: [x, y], matches: ["z+"] }',
    )
    expect(wantedOf(rule)).to.equal(
      'the text "a b" or "c"; with quiet ro; without init, rd.break; each word matching /x/ or /y/; matching /z+/',
    )
  })

  it('takes linear time for a pattern that is exponential elsewhere', () => {
    expect(faultsOf('a'.repeat(4000) + 'b', ruleOf('{ matches: ["(a+)+"] }'))).to.have.length(1)
  })
})
