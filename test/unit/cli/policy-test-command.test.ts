import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { recordedLog } from '../../vectors/vectors.ts'
import { Bench } from './bench.ts'

const tests = (outcome: string): string =>
  `kind: BootTests\nboot: BOOT\ncases:\n  - name: "good & <well> #1"\n    expect: { outcome: ${outcome} }\n`

describe('bootlatch policy test', () => {
  let bench: Bench
  beforeEach(async () => {
    bench = await Bench.create()
  })
  afterEach(() => {
    bench.close()
  })
  const file = (name: string, outcome: string): string => {
    const boot = bench.file('boot.bin', recordedLog('uki'))
    return bench.file(name, tests(outcome).replace('BOOT', boot))
  }

  it('prints TAP', async () => {
    const path = file('a.yaml', 'allow')
    expect(await bench.run(`policy test ${path}`)).to.include({
      exit: 0,
      out: `TAP version 14\n1..1\nok 1 - ${path}: good & <well> \\#1\n`,
    })
  })
  it('fails with the reason', async () => {
    const { exit, out } = await bench.run(`policy test ${file('a.yaml', 'deny')}`)
    expect(exit).to.equal(1)
    expect(out).to.match(/not ok 1 [^]*message: "expected deny, but it was allow"/)
  })
  it('writes JUnit XML', async () => {
    const report = join(bench.file('x', ''), '..', 'report.xml')
    await bench.run(`policy test ${file('a.yaml', 'deny')} ${file('b.yaml', 'allow')} --junit ${report}`)
    const xml = readFileSync(report, 'utf8')
    expect(xml).to.match(/tests="1" failures="1"[^]*<failure message="expected deny, but it was allow"\/>/)
    expect(xml).to.match(/tests="1" failures="0"[^]*name="good &amp; &lt;well&gt; #1"\/>/)
  })
  it('says that the JUnit XML cannot be written, after the results', async () => {
    const { exit, out, err } = await bench.run(`policy test ${file('a.yaml', 'allow')} --junit /proc/none/report.xml`)
    expect(exit).to.equal(1)
    expect(out).to.contain('ok 1 - ')
    expect(err).to.contain('error: cannot write /proc/none/report.xml: ENOENT')
  })
  it('takes folders, and answers in JSON', async () => {
    const folder = join(file('a.yaml', 'allow'), '..')
    const { files } = JSON.parse((await bench.run(`policy test ${folder} --json`)).out) as {
      files: { results: { passed: boolean }[] }[]
    }
    expect(files.map(({ results }) => results.map(({ passed }) => passed))).to.deep.equal([[true]])
  })
  it('says what it cannot read', async () => {
    expect((await bench.run('policy test /nowhere')).err).to.contain('cannot read /nowhere')
    const path = bench.file('a.yaml', 'kind: BootTests\n')
    expect((await bench.run(`policy test ${path}`)).err).to.contain(`${path}:1:1`)
  })
})
