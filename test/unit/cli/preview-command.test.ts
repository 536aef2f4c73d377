import { expect } from 'chai'
import type { ChangedBoot } from '../../../core/rpc/index.ts'
import { Bench } from './bench.ts'

const good = 'kind: BootPolicy\nname: web\n'
const kernel = { code: 'component/digest', rule: 'release.components.kernel', fact: 'sha256 ab', wanted: 'sha256 cd' }
const changed = (
  machine: string,
  after: NonNullable<ChangedBoot['after']>,
  cause: object = kernel,
): { changed: ChangedBoot } => ({
  changed: { machine, decision: 7, before: 'BOOT_OUTCOME_BOOTS', after, cause },
})

describe('bootlatch policy preview', () => {
  let bench: Bench
  beforeEach(async () => {
    bench = await Bench.create()
  })
  afterEach(() => {
    bench.close()
  })
  const preview = (options = '', document = good) =>
    bench.run(`policy preview ${bench.file('web.yaml', document)}${options}`)

  it('groups what changes by what becomes of it and why, the largest first', async () => {
    bench.server.preview.push(
      { progress: { done: 1, total: 3 } },
      changed('db', 'BOOT_OUTCOME_WAITS', { code: 'admission/window', rule: 'admission.windows' }),
      ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => changed(name, 'BOOT_OUTCOME_STOPS')),
      { end: { machines: 9, boots: 9, stillBoot: 1, wouldStop: 7, wouldWait: 1 } },
    )
    const { exit, out } = await preview()
    expect(exit).to.equal(3)
    expect(out).to.match(/would stop +7\n/)
    expect(out).to.match(
      /7 would stop +component\/digest[^]*a \(decision 7\).* and 2 more[^]*1 would wait for a person/,
    )
    expect(out).to.contain('sha256 cd')
  })

  for (const [counts, exit] of [
    [{ stillBoot: 2 }, 0],
    [{ wouldNewlyBoot: 1 }, 0],
    [{ wouldWait: 1 }, 4],
    [{ wouldWait: 1, wouldStop: 1 }, 3],
  ] as const)
    it(`exits ${exit} for ${JSON.stringify(counts)}`, async () => {
      bench.server.preview.push({ end: counts })
      expect((await preview()).exit).to.equal(exit)
    })

  it('asks for as many boots as it is told, and says so in JSON', async () => {
    bench.server.preview.push(changed('a', 'BOOT_OUTCOME_STOPS'), { end: { wouldStop: 1 } })
    const { out } = await preview(' --last 3 --since 7d --json')
    const [, request] = bench.server.asked[0] as readonly [string, { last: number; sinceUnixMs: string }]
    expect(request.last).to.equal(3)
    expect(Number(request.sinceUnixMs)).to.be.greaterThan(0)
    const answer = JSON.parse(out) as { counts: object; groups: object[] }
    expect(answer.counts).to.deep.include({ wouldStop: 1, boots: 0 })
    expect(answer.groups).to.deep.equal([
      {
        change: 'would stop',
        boots: 1,
        cause: { ...kernel, passed: false, source: null, basis: 'unspecified', untrustedHint: null },
        examples: [{ machine: 'a', decision: 7 }],
      },
    ])
  })

  it('does not grow with causes that are all different', async () => {
    for (let n = 0; n < 1100; n++)
      bench.server.preview.push(changed(`m${n}`, 'BOOT_OUTCOME_STOPS', { ...kernel, fact: String(n) }))
    bench.server.preview.push({ end: { wouldStop: 1100 } })
    const { groups } = JSON.parse((await preview(' --json')).out) as { groups: { boots: number }[] }
    expect(groups).to.have.length(1001)
    expect(groups[0]?.boots).to.equal(100)
  })

  it('points at the place of a mistake', async () => {
    const { exit, err } = await preview('', 'kind: BootPolicy\ninvalid: 1\n')
    expect(exit).to.equal(1)
    expect(err).to.match(/web\.yaml:2:1: unknown key\n {2}2 \| invalid: 1/)
  })

  it('says that a preview which broke off is none', async () => {
    expect((await preview()).err).to.contain('ended before')
  })

  for (const options of [' --last 0', ' --last 1001', ' --last x', ' --since 7y'])
    it(`refuses ${options.trim()}`, async () => {
      expect((await preview(options)).exit).to.equal(2)
    })
})

describe('bootlatch boot diff', () => {
  let bench: Bench
  beforeEach(async () => {
    bench = await Bench.create()
  })
  afterEach(() => {
    bench.close()
  })

  it('says what is different', async () => {
    expect(await bench.run('boot diff 3 4')).to.include({ exit: 0, out: '- the kernel changed\n' })
    expect((await bench.run('boot diff 3 3')).out).to.match(/the same/)
    expect(JSON.parse((await bench.run('boot diff 3 4 --json')).out)).to.deep.equal({
      before: 3,
      after: 4,
      differences: ['the kernel changed'],
    })
  })
  it('says which decision has no evidence', async () => {
    const { exit, err } = await bench.run('boot diff 99 4')
    expect(exit).to.equal(1)
    expect(err).to.contain('Decision 99')
  })
})
