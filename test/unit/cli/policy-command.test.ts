import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { aDecision, aMachine } from '../../fakes/admin-server.ts'
import { Bench } from './bench.ts'

const good = 'kind: BootPolicy\nname: web\n'

describe('bootlatch policy', () => {
  let bench: Bench
  beforeEach(async () => {
    bench = await Bench.create()
    bench.server.machines.push(aMachine('web-1'))
  })
  afterEach(() => {
    bench.close()
  })

  it('applies a file and shows the version', async () => {
    const path = bench.file('web.yaml', good)
    const { exit, out } = await bench.run(`policy apply ${path}`)
    expect({ exit, out }).to.deep.equal({ exit: 0, out: 'Policy web version 1 is in force.\n' })
    const none = { reason: '', expectedVersion: 0, signatures: '', expected: [], previewed: '' }
    expect(bench.server.asked).to.deep.equal([['ApplyPolicy', { document: good, source: path, ...none }]])
  })

  describe('apply and preview', () => {
    const token = 'pv1.YQ.Yg.Yw.ZA.ZQ.Zg'
    const methods = () => bench.server.asked.map(([method]) => method)
    beforeEach(() => {
      bench.server.preview.push({ previewed: token }, { end: { machines: 2, boots: 2, wouldStop: 1 } })
    })

    it('shows a person what it would do, asks, and applies what was shown', async () => {
      const path = bench.file('web.yaml', good)
      const { exit, err } = await bench.run(`policy apply ${path}`, { answer: 'y' })
      expect(exit).to.equal(0)
      expect(err).to.match(/would stop +1\n/)
      expect(methods()).to.deep.equal(['PreviewPolicy', 'ApplyPolicy'])
      expect(bench.server.asked.at(-1)?.[1]).to.deep.include({ previewed: token })
    })
    it('applies nothing that a person declines', async () => {
      const { exit } = await bench.run(`policy apply ${bench.file('web.yaml', good)}`, { answer: 'n' })
      expect(exit).to.equal(1)
      expect(methods()).to.deep.equal(['PreviewPolicy'])
    })
    it('shows and applies where --yes was said', async () => {
      const { exit, err } = await bench.run(`policy apply ${bench.file('web.yaml', good)} --yes`)
      expect(exit).to.equal(0)
      expect(err).to.match(/would stop +1\n/)
      expect(bench.server.asked.at(-1)?.[1]).to.deep.include({ previewed: token })
    })
    it('keeps what it was computed on for a later apply', async () => {
      const path = bench.file('web.yaml', good)
      const saved = join(bench.folder, 'web.preview')
      const { out } = await bench.run(`policy preview ${path} --json --save ${saved}`)
      expect((JSON.parse(out) as { previewed: string }).previewed).to.equal(token)
      for (const given of [saved, token]) {
        expect((await bench.run(`policy apply ${path} --previewed ${given}`)).exit).to.equal(0)
        expect(bench.server.asked.at(-1)?.[1]).to.deep.include({ previewed: token })
      }
      expect((await bench.run(`policy apply ${path} --previewed ${path}`)).err).to.match(/is not what policy preview/)
      expect((await bench.run(`policy preview ${path} --save ${saved}`)).err).to.match(/exists already/)
    })
  })

  it('shows which rules hold for a machine, and where each comes from', async () => {
    const { exit, out } = await bench.run('policy effective web-1')
    expect(exit).to.equal(0)
    expect(out).to.match(/Policy +base +for the group all/)
    expect(out).to.match(/Judged by +BootPolicy base version 3, Group all version 2/)
    expect(out).to.match(/Group all +require\.admission\.networks +10\.0\.0\.0\/8/)
    const { out: json } = await bench.run('policy effective web-1 --json')
    expect((JSON.parse(json) as { rules: unknown[] }).rules).to.have.length(2)
  })

  it('applies standard input', async () => {
    expect((await bench.run('policy apply -', { input: good })).exit).to.equal(0)
    expect(bench.server.asked[0]?.[1]).to.deep.include({ document: good, source: 'standard input' })
  })

  it('points at the place of a mistake', async () => {
    const path = bench.file('web.yaml', 'kind: BootPolicy\n  \tinvalid: 1\n')
    const { exit, out, err } = await bench.run(`policy apply ${path}`)
    expect({ exit, out }).to.deep.equal({ exit: 1, out: '' })
    expect(err.split('\n').slice(0, 3)).to.deep.equal([
      `error: ${path}:2:4: unknown key "invalid"`,
      '  2 |   \\u{9}invalid: 1',
      '            \\u{9}^'.replace('\\u{9}', ' '),
    ])
  })

  for (const [name, given] of [
    ['a file that is not there', '/nowhere/web.yaml'],
    ['a folder', '/tmp'],
  ]) {
    it(`says that it cannot read ${name}`, async () => {
      const { exit, err } = await bench.run(`policy apply ${given}`)
      expect(exit).to.equal(1)
      expect(err).to.contain(`cannot read ${given}`)
    })
  }

  it('does not send a file that no policy can be', async () => {
    const path = bench.file('huge.yaml', '#'.repeat(1024 * 1024 + 1))
    expect((await bench.run(`policy apply ${path}`)).err).to.contain('1 MiB')
    expect(bench.server.asked).to.deep.equal([])
  })

  it('prints a policy as it was applied, its version beside it', async () => {
    await bench.run('policy apply -', { input: good })
    await bench.run('policy apply -', { input: `${good}# second\n` })
    const newest = await bench.run('policy show web')
    expect(newest.out).to.equal(`${good}# second\n`)
    expect(newest.err).to.contain('version 2')
    expect((await bench.run('policy show web --revision 1')).out).to.equal(good)
    expect((await bench.run('policy show wed')).err).to.contain('Did you mean web?')
  })

  it('lists policies', async () => {
    expect((await bench.run('policy list')).out).to.contain('bootlatch policy learn')
    await bench.run('policy apply -', { input: good })
    expect((await bench.run('policy list')).out).to.match(/^web +1 +2026-11-20T10:00:00Z +first$/m)
  })

  describe('learn', () => {
    beforeEach(() => {
      bench.server.decisions.push(aDecision({ number: 5, machineName: 'web-1', outcome: 'OUTCOME_REFUSED' }))
    })

    it('prints the policy, and on stderr where it comes from', async () => {
      const { exit, out, err } = await bench.run('policy learn web-1 --name web')
      expect({ exit, out }).to.deep.equal({ exit: 0, out: good })
      expect(err).to.contain('decision 5').and.contain('bootlatch policy apply FILE')
    })

    it('writes a new file and never over another', async () => {
      const path = join(bench.folder, 'learnt.yaml')
      const { exit, out, err } = await bench.run(`policy learn web-1 --name web -o ${path}`)
      expect({ exit, out }).to.deep.equal({ exit: 0, out: '' })
      expect(readFileSync(path, 'utf8')).to.equal(good)
      expect(err).to.contain(`bootlatch policy apply ${path}`)

      const again = await bench.run(`policy learn web-1 -o ${path}`)
      expect(again.exit).to.equal(1)
      expect(again.err).to.contain(`${path} exists already`)
      expect(readFileSync(path, 'utf8')).to.equal(good)
    })

    it('says what is missing where nothing can be learnt', async () => {
      bench.server.decisions.length = 0
      const { exit, err } = await bench.run('policy learn web-1')
      expect(exit).to.equal(1)
      expect(err).to.contain('no verified boot').and.contain('Boot the machine once')
    })
  })
})
