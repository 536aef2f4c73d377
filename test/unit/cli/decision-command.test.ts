import { expect } from 'chai'
import { aDecision, aMachine } from '../../fakes/admin-server.ts'
import { Bench } from './bench.ts'

const failed = (code: string, fact = 'b'.repeat(64)) => ({
  code,
  passed: false,
  rule: 'components.kernel',
  fact,
  wanted: 'a'.repeat(64),
  source: 'PCR 4, event 31',
})

const passed = (code: string) => ({ ...failed(code), passed: true })

describe('bootlatch decision', () => {
  let bench: Bench
  before(async () => {
    bench = await Bench.create()
    const of = {
      machineName: 'web-1',
      machineId: Buffer.alloc(16, 1),
      bootId: Buffer.alloc(16, 2),
      policy: 'web',
      policyVersion: 2,
    }
    bench.server.machines.push(aMachine('web-1'))
    bench.server.decisions.push(
      aDecision({ ...of, number: 1, outcome: 'OUTCOME_RELEASED' }, { reasons: [passed('policy/component')] }),
      aDecision({ ...of, number: 2, gate: 'GATE_ADMISSION', outcome: 'OUTCOME_HELD', summary: 'fork' }),
      aDecision(
        { ...of, number: 3, outcome: 'OUTCOME_REFUSED', summary: 'the kernel is another one' },
        {
          reasons: [failed('policy/component'), passed('policy/secure-boot'), passed('policy/pcr')],
          bootDiff: ['kernel: another image in PCR 4, event 31', 'command line: added init=/bin/sh'],
          comparedWith: 1,
        },
      ),
      aDecision(
        { ...of, number: 4, outcome: 'OUTCOME_REFUSED', summary: 'everything is different' },
        {
          reasons: [...Array(40).keys()].map((i) => failed(`policy/rule-${i}`)),
          bootDiff: [...Array(40).keys()].map((i) => `event ${i} is new`),
          comparedWith: 1,
        },
      ),
      aDecision({ ...of, number: 5, outcome: 'OUTCOME_REFUSED' }, { reasons: [failed('policy/none')] }),
      aDecision(
        { ...of, number: 6, outcome: 'OUTCOME_REFUSED' },
        { reasons: [failed('policy/component', 'x\u001b[2J\r\nfor it')] },
      ),
      aDecision(
        { ...of, number: 9, outcome: 'OUTCOME_REFUSED' },
        {
          reasons: [
            { ...failed('component/digest'), basis: 'BASIS_MEASURED', untrustedHint: 'EV_IPL: grub_cmd: set root' },
            { ...failed('pcr/value'), basis: 'BASIS_QUOTED' },
            { ...failed('machine/state'), basis: 'BASIS_RECORDED' },
            { ...failed('release/volume'), basis: 'BASIS_ASKED' },
          ],
        },
      ),
      aDecision({ ...of, number: 7, outcome: 'OUTCOME_HELD' }, { reasons: [failed('admission/approval')] }),
      aDecision(
        { ...of, number: 8, outcome: 'OUTCOME_HELD' },
        { reasons: [failed('admission/approval'), failed('admission/boot-token')] },
      ),
    )
  })
  after(() => {
    bench.close()
  })

  it('lists the newest first and says how to go on', async () => {
    const { exit, out, err } = await bench.run('decision list --machine web-1 --limit 2 --before 4')
    expect(exit).to.equal(0)
    const [, first, second, third] = out.split('\n')
    expect(first).to.match(/^3 +2026-11-20T09:30:15Z +web-1 +release +refused +10\.0\.0\.5 +the kernel is another one$/)
    expect(second).to.match(/^2 .* admission +held/)
    expect(third).to.equal('')
    expect(err).to.contain('bootlatch decision list --machine web-1 --before 2')
  })

  it('says that there is no such machine', async () => {
    expect((await bench.run('decision list --machine web-2')).err).to.contain('Did you mean web-1?')
  })

  for (const limit of ['0', '501', 'x', '-1']) {
    it(`refuses to list ${limit}`, async () => {
      expect((await bench.run(`decision list --limit ${limit}`)).exit).to.equal(2)
    })
  }

  it('shows the rule that failed, what it found, what it wanted, and the boot diff', async () => {
    const { exit, out } = await bench.run('decision show 3')
    expect(exit).to.equal(0)
    expect(out).to.contain('Decision 3  release  refused')
    expect(out).to.contain('Against it, 1 of 3 rules:')
    expect(out).to.contain('policy/component  components.kernel  (PCR 4, event 31)')
    expect(out).to.match(/found {3}b{64}\n/)
    expect(out).to.match(/wanted {2}a{64}/)
    expect(out).to.contain('For it, 2 of 3 rules').and.not.contain('policy/secure-boot')
    expect(out).to.contain('decision 1').and.contain('added init=/bin/sh')
  })

  it('fits one screen whatever is wrong, and shows the rest with --all', async () => {
    const { out } = await bench.run('decision show 4')
    expect(out.split('\n').length).to.be.at.most(30)
    expect(out).to.contain('36 more: --all').and.contain('35 more: --all')
    const { out: all } = await bench.run('decision show 4 --all')
    expect(all).to.contain('policy/rule-39').and.contain('event 39 is new')
  })

  it('does not let evidence write to the terminal', async () => {
    const { out } = await bench.run('decision show 6')
    expect(out).to.contain('x\\u{1b}[2J\\u{d}\\u{a}for it')
  })

  it('offers to let a held start go on only where nothing but the approval is missing', async () => {
    expect((await bench.run('decision show 7')).err).to.contain('bootlatch machine accept web-1 --decision 7')
    expect((await bench.run('decision show 8')).err).to.contain('bootlatch machine show web-1')
  })

  it('says what to do where there is no policy', async () => {
    expect((await bench.run('decision show 5')).err).to.contain('bootlatch policy learn web-1')
  })

  const exits: [number: string, option: string, exit: number][] = [
    ['3', '', 0],
    ['1', ' --exit-code', 0],
    ['3', ' --exit-code', 3],
    ['2', ' --exit-code', 4],
  ]
  for (const [number, option, exit] of exits) {
    it(`exits ${exit} for decision ${number}${option}`, async () => {
      expect((await bench.run(`decision show ${number}${option}`)).exit).to.equal(exit)
    })
  }

  it('says how far decisions go', async () => {
    const { exit, err } = await bench.run('decision show 99')
    expect(exit).to.equal(1)
    expect(err).to.contain('there is no decision 99').and.contain('newest is 8')
  })

  it('gives every field its documented form in JSON', async () => {
    expect(JSON.parse((await bench.run('decision show 3 --json')).out)).to.deep.include({
      decision: {
        number: 3,
        gate: 'release',
        outcome: 'refused',
        machineId: '01010101-0101-0101-0101-010101010101',
        machineName: 'web-1',
        bootId: '02020202-0202-0202-0202-020202020202',
        decided: '2026-11-20T09:30:15.000Z',
        peer: '10.0.0.5',
        summary: 'the kernel is another one',
        policy: 'web',
        policyVersion: 2,
        referenceVersions: {},
        groupVersions: {},
      },
      comparedWith: 1,
      resolvedBy: null,
    })
  })

  it('tells what a digest proves, what the TPM signed, what the server knows, and what only the log says', async () => {
    const { out } = await bench.run('decision show 9')
    expect(out).to.contain(`found   ${'b'.repeat(64)}  [proved by a digest]`)
    expect(out).to.contain('hint    EV_IPL: grub_cmd: set root  (the log says so; nothing proves it)')
    for (const mark of ['signed by the TPM', 'known to the server', 'asked by the machine'])
      expect(out).to.contain(`  [${mark}]`)
    expect(out.match(/hint/g)).to.have.lengthOf(1)
    const { reasons } = JSON.parse((await bench.run('decision show 9 --json')).out) as { reasons: object[] }
    expect(reasons[0]).to.include({ basis: 'measured', untrustedHint: 'EV_IPL: grub_cmd: set root' })
    expect(reasons[1]).to.include({ basis: 'quoted', untrustedHint: null })
  })

  describe('token', () => {
    it('stands alone on stdout, and says on stderr how long it counts', async () => {
      const { exit, out, err } = await bench.run('decision token 1 --audience vault --nonce AAECAwQF')
      expect({ exit, out }).to.deep.equal({ exit: 0, out: 'signed.for.vault\n' })
      expect(err).to.contain('Counts until 2026-11-20T10:00:00.000Z')
      expect(bench.server.asked.at(-1)).to.deep.equal([
        'AttestDecision',
        { decision: '1', audience: 'vault', nonce: 'AAECAwQF' },
      ])
    })

    it('is there in JSON', async () => {
      const { out } = await bench.run('decision token 1 --audience vault --json')
      expect(JSON.parse(out)).to.deep.equal({ token: 'signed.for.vault', expires: '2026-11-20T10:00:00.000Z' })
    })

    it('is not given of a refusal, nor of a decision that there is not', async () => {
      expect(await bench.run('decision token 3 --audience vault')).to.include({ exit: 1, out: '' })
      expect((await bench.run('decision token 99 --audience vault')).err).to.contain('The newest is 8')
    })

    it('has to be for somebody', async () => {
      expect((await bench.run('decision token 1')).exit).to.equal(2)
    })
  })
})
