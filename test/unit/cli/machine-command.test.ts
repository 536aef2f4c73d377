import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { RpcError } from '../../../core/rpc/index.ts'
import { aDecision, aMachine } from '../../fakes/admin-server.ts'
import { Bench } from './bench.ts'

describe('bootlatch machine', () => {
  let bench: Bench
  before(async () => {
    bench = await Bench.create()
  })
  after(() => {
    bench.close()
  })
  beforeEach(() => {
    const { server } = bench
    server.before = () => undefined
    server.asked.length = 0
    server.machines.splice(0, Infinity, aMachine('web-1'), aMachine('web-2', { state: 'MACHINE_STATE_ACCEPTED' }))
    server.decisions.length = 0
  })

  const asked = (method: string) => bench.server.asked.filter(([name]) => name === method).map(([, request]) => request)

  describe('invite', () => {
    it('prints the token alone on stdout and what it is on stderr', async () => {
      const { exit, out, err } = await bench.run('machine invite db-1 --group db --valid 2h')
      expect(exit).to.equal(0)
      expect(out).to.equal('bljoin1.db-1\n')
      expect(err).to.contain('db-1').and.contain('2026-11-20T02:00:00Z').and.not.contain('bljoin1')
      expect(asked('InviteMachine')).to.deep.equal([{ name: 'db-1', group: 'db', validSeconds: 7200 }])
    })

    it('answers in JSON, with nothing beside it', async () => {
      const { out, err } = await bench.run('machine invite db-1 --json')
      expect(JSON.parse(out)).to.deep.equal({ token: 'bljoin1.db-1', expires: '2026-11-20T01:00:00.000Z' })
      expect(err).to.equal('')
    })

    it('says that the name is taken', async () => {
      const { exit, out, err } = await bench.run('machine invite web-1')
      expect({ exit, out }).to.deep.equal({ exit: 1, out: '' })
      expect(err).to.contain('has this name').and.contain('bootlatch machine list')
    })

    it('refuses a validity that is none before it asks', async () => {
      const { exit, err } = await bench.run('machine invite db-1 --valid soon')
      expect(exit).to.equal(2)
      expect(err).to.contain('30m, 1h, 7d')
      expect(bench.server.asked).to.deep.equal([])
    })
  })

  describe('list', () => {
    it('shows every machine, and which request waits', async () => {
      bench.server.machines[1]!.machine.heldDecision = 42
      const { exit, out } = await bench.run('machine list')
      expect(exit).to.equal(0)
      const [head, first, second] = out.split('\n')
      expect(head).to.match(/^NAME +GROUP +STATE +TIER +POLICY +LAST BOOT$/)
      expect(first).to.match(/^web-1 +default +pending +T0 +none +never$/)
      expect(second).to.match(/^web-2 +default +accepted +T0 +none +never +decision 42 waits for you$/)
    })

    it('says so where there is none', async () => {
      bench.server.machines.length = 0
      expect((await bench.run('machine list')).out).to.contain('bootlatch machine invite')
    })

    it('gives every field its documented form in JSON', async () => {
      const { machine } = aMachine('a', {
        state: 'MACHINE_STATE_FORKED',
        tier: 'TIER_T1',
        policy: 'p',
        lastDecision: 7,
      })
      bench.server.machines.splice(0, Infinity, {
        ...aMachine('a'),
        machine: { ...machine, id: Buffer.alloc(16, 0xab) },
      })
      expect(JSON.parse((await bench.run('machine list --json')).out)).to.deep.equal({
        machines: [
          {
            id: 'abababab-abab-abab-abab-abababababab',
            name: 'a',
            group: 'default',
            state: 'forked',
            tier: 'T1',
            policy: 'p',
            enrolled: '2026-11-20T09:00:00.000Z',
            lastBoot: null,
            lastDecision: 7,
            heldDecision: null,
            acceptsDiskOnlyIdentity: false,
          },
        ],
      })
    })
  })

  describe('show', () => {
    it('shows identity, keys, decisions, alarms and what to do', async () => {
      const machine = aMachine('web-3')
      machine.alarms.push('EK also shown by web-2')
      machine.keys.push({
        id: randomBytes(16),
        luks: { uuid: Buffer.alloc(16, 1), keyslotDigest: randomBytes(32) },
        version: 1,
      })
      bench.server.machines.push(machine)
      bench.server.decisions.push(
        aDecision({ number: 4, machineName: 'web-3', outcome: 'OUTCOME_HELD', summary: 'not accepted' }),
      )
      const { exit, out, err } = await bench.run('machine show web-3')
      expect(exit).to.equal(0)
      expect(out).to.contain('ALARM  EK also shown by web-2')
      for (const name of [machine.akName, machine.machineKey, ...machine.ekNames])
        expect(out).to.contain(name.toString('hex'))
      expect(out).to.contain('LUKS 01010101-0101-0101-0101-010101010101').and.contain('not accepted')
      expect(out).to.contain('defeats the measurement')
      expect(err).to.contain('bootlatch machine accept web-3')
    })

    it('names machines that may have been meant', async () => {
      const { exit, out, err } = await bench.run('machine show wbe-1')
      expect({ exit, out }).to.deep.equal({ exit: 1, out: '' })
      expect(err).to.contain('there is no machine wbe-1').and.contain('Did you mean web-1?')
    })

    it('names the list where none is near', async () => {
      expect((await bench.run('machine show zzzzzz')).err).to.contain('bootlatch machine list')
    })
  })

  describe('accept', () => {
    it('shows the fingerprints and accepts after a yes', async () => {
      const { akName, ekNames, machineKey, machine } = bench.server.machines[0]!
      const { exit, out, err } = await bench.run('machine accept web-1 --reason new', { answer: 'y' })
      expect(exit).to.equal(0)
      for (const name of [akName, machineKey, ...ekNames]) expect(err).to.contain(name.toString('hex'))
      expect(err).to.contain('Accept web-1? [y/N]')
      expect(out).to.equal('web-1 is accepted: may start, as its policy says.\n')
      const [request] = asked('AcceptMachine') as [{ machine: string; decision: string; reason: string }]
      expect(request.machine.replaceAll('-', '')).to.equal(machine.id.toString('hex'))
      expect(request).to.include({ decision: '0', reason: 'new' })
    })

    for (const answer of ['', 'n', 'yesterday', 'no']) {
      it(`does nothing after ${JSON.stringify(answer)}`, async () => {
        const { exit } = await bench.run('machine accept web-1', { answer })
        expect(exit).to.equal(1)
        expect(asked('AcceptMachine')).to.deep.equal([])
      })
    }

    it('does nothing where nobody can be asked', async () => {
      const { exit, err } = await bench.run('machine accept web-1')
      expect(exit).to.equal(2)
      expect(err).to.contain('--yes')
      expect(asked('AcceptMachine')).to.deep.equal([])
    })

    it('takes --yes for an answer, and one held boot by its decision', async () => {
      const { exit, out } = await bench.run('machine accept web-2 --decision 42 --yes')
      expect(exit).to.equal(0)
      expect(out).to.equal('The start of decision 42 goes on.\n')
      const accepted = asked('AcceptMachine') as Record<string, unknown>[]
      expect(accepted.map(({ decision }) => decision)).to.deep.equal(['42'])
    })

    it('names the start that is held where the machine is accepted already', async () => {
      bench.server.machines[1]!.machine.heldDecision = 42
      bench.server.before = (method) => {
        if (method === 'AcceptMachine') throw new RpcError('machine/wrong-state')
      }
      const { exit, err } = await bench.run('machine accept web-2 --yes')
      expect(exit).to.equal(1)
      expect(err).to.contain('bootlatch decision show 42')
    })

    it('raises an alarm where the machine enrolled anew meanwhile', async () => {
      bench.server.before = (method) => {
        if (method === 'AcceptMachine') bench.server.machines[0]!.akName.fill(9)
      }
      const { exit, out, err } = await bench.run('machine accept web-1', { answer: 'yes' })
      expect({ exit, out }).to.deep.equal({ exit: 1, out: '' })
      expect(err).to.contain('enrolled anew').and.contain('bootlatch machine show')
    })
  })

  describe('tier', () => {
    afterEach(() => {
      bench.server.tierPeople = 1
    })

    it('shows the fingerprints and says it after a yes', async () => {
      const { akName, ekNames } = bench.server.machines[1]!
      const run = await bench.run('machine tier web-2 T1 --reason seen', { answer: 'y' })
      expect(run.exit).to.equal(0)
      for (const name of [akName, ...ekNames]) expect(run.err).to.contain(name.toString('hex'))
      expect(run.err).to.contain('TPM emulated on the host')
      expect(run.out).to.contain('web-2 is of tier T1').and.not.contain('people')
      expect(asked('ChangeTier')).to.have.nested.property('0.reason', 'seen')
      expect((await bench.run('machine list')).out).to.match(/^web-2 .* T1 /m)
    })

    it('says who else has to', async () => {
      bench.server.tierPeople = 2
      const { exit, out } = await bench.run('machine tier web-2 T1 --reason seen --yes')
      expect(exit).to.equal(0)
      expect(out)
        .to.contain('web-2 is of tier T0')
        .and.contain('2 people have to say that it is of tier T1; so far: first')
    })

    it('shows whose word it is, and which waits', async () => {
      const word = { tier: 'TIER_T1', operator: 'ann', reason: 'seen', saidUnixMs: Date.UTC(2026, 10, 20) } as const
      const actions = [{ action: 'tier T1', operator: 'ann', reason: 'seen', doneUnixMs: Date.UTC(2026, 10, 20) }]
      Object.assign(bench.server.machines[1]!, { tierWords: [word], actions })
      expect((await bench.run('machine show web-2')).out)
        .to.match(/said by ann, 2026-11-20T00:00:00Z: seen/)
        .and.match(/^2026-11-20T00:00:00Z +tier T1 +ann +seen$/m)
      Object.assign(bench.server.machines[1]!, { tierWords: [], tierWaiting: [word], tierPeople: 2 })
      expect((await bench.run('machine show web-2')).out).to.match(/T1 is said by ann, .*: seen; 2 people have to/)
    })

    it('says that nothing shows a higher one, and takes no other words', async () => {
      const { exit, err } = await bench.run('machine tier web-2 T3 --reason cloud --yes')
      expect(exit).to.equal(1)
      expect(err).to.contain('T1 is the highest tier')
      expect((await bench.run('machine tier web-2 T4 --reason r --yes')).exit).to.equal(2)
      expect((await bench.run('machine tier web-2 T1 --yes')).exit).to.equal(2)
      expect((await bench.run('machine tier web-2 T1 --reason r')).exit).to.equal(2)
    })
  })

  it('locks and unlocks', async () => {
    expect((await bench.run('machine lock web-2 --reason stolen')).out).to.contain('web-2 is locked')
    expect(asked('LockMachine')).to.deep.equal([{ machine: 'web-2', reason: 'stolen' }])
    expect((await bench.run('machine unlock web-2')).out).to.contain('web-2 is accepted')
  })

  it('settles a fork, with a decision and a reason', async () => {
    bench.server.machines[1]!.machine.state = 'MACHINE_STATE_FORKED'
    bench.server.decisions.push(
      aDecision({ number: 7, machineName: 'web-2', outcome: 'OUTCOME_HELD', peer: '10.9.9.9' }),
    )
    expect((await bench.run('machine settle web-2 --decision 7 --yes')).exit).to.equal(2)
    expect((await bench.run('machine settle web-2 --decision 0 --reason restored --yes')).exit).to.equal(2)
    expect((await bench.run('machine settle web-2 --decision 8 --reason restored --yes')).err).to.contain('newest is 7')
    const declined = await bench.run('machine settle web-2 --decision 7 --reason restored', { answer: 'n' })
    expect(declined.exit).to.equal(1)
    expect(declined.err).to.contain('10.9.9.9').and.contain('Did web-2 itself ask this')
    expect((await bench.run('machine settle web-2 --decision 7 --reason restored', { answer: 'y' })).exit).to.equal(0)
    const settled = asked('SettleFork') as Record<string, unknown>[]
    expect(settled.map(({ decision, reason }) => [decision, reason])).to.deep.equal([['7', 'restored']])
  })

  it('never offers the request that is held as the one that wins', async () => {
    Object.assign(bench.server.machines[1]!.machine, { state: 'MACHINE_STATE_FORKED', heldDecision: 7 })
    const { err } = await bench.run('machine show web-2')
    expect(err)
      .to.contain('the copy that you know')
      .and.not.match(/settle.*7/)
  })

  it('removes after a yes', async () => {
    expect((await bench.run('machine remove web-2', { answer: 'n' })).exit).to.equal(1)
    const { exit, out } = await bench.run('machine remove web-2', { answer: 'y' })
    expect({ exit, out }).to.deep.equal({ exit: 0, out: 'Removed web-2.\n' })
    expect(asked('RemoveMachine')).to.have.lengthOf(1)
  })
})
