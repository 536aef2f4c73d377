import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Bench } from './bench.ts'

describe('bootlatch policy accept', () => {
  let bench: Bench
  beforeEach(async () => {
    bench = await Bench.create()
    bench.server.preview.push({ end: { machines: 2, boots: 2, stillBoot: 1, wouldNewlyBoot: 1 } })
  })
  afterEach(() => {
    bench.close()
  })
  const asked = () => bench.server.asked.map(([method]) => method)

  it('proposes, previews, and applies the version that was looked at, with the reason', async () => {
    const { exit, out } = await bench.run('policy accept 3 --reason change-1234 --yes')
    expect({ exit, out }).to.deep.equal({ exit: 0, out: 'Policy web version 1 is in force.\n' })
    expect(asked()).to.deep.equal(['ProposePolicy', 'PreviewPolicy', 'ApplyPolicy'])
    expect(bench.server.asked.at(-1)?.[1]).to.deep.include({ reason: 'change-1234', expectedVersion: 3 })
  })
  it('applies nothing where nobody can be asked', async () => {
    const { exit } = await bench.run('policy accept 3 --reason x')
    expect(exit).to.equal(2)
    expect(asked()).to.deep.equal(['ProposePolicy', 'PreviewPolicy'])
  })
  it('writes a file instead, where told to', async () => {
    const path = join(bench.file('x', ''), '..', 'web.yaml')
    const { exit, out } = await bench.run(`policy accept 3 --reason x -o ${path}`)
    expect(exit).to.equal(0)
    expect(out).to.match(/\+ release\.components\.kernel: its digest is added/)
    expect(readFileSync(path, 'utf8')).to.match(/# changed/)
    expect(asked()).to.deep.equal(['ProposePolicy'])
  })
  it('says what no policy settles', async () => {
    const nothing = await bench.run('policy accept 1 --reason x')
    expect(nothing.exit).to.equal(3)
    expect(nothing.out).to.match(/! always: measured boot\/cap/)
    expect((await bench.run('policy accept 2 --reason x --yes')).err).to.match(/stays refused/)
  })
  it('wants a reason', async () => {
    expect((await bench.run('policy accept 3')).exit).to.equal(2)
    expect(existsSync('web.yaml')).to.equal(false)
  })
})
