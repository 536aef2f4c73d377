import { expect } from 'chai'
import { FakeMachine, nextEvent } from '../../../fakes/fake-machine.ts'
import { failureCode } from '../../../fakes/failure-code.ts'
import { FakePolicyServer } from '../../../fakes/policy-server.ts'
import { decodeWords } from '../../../../policy-server/appraise/admission/persons.ts'
import { findBoot } from '../../../../policy-server/store/index.ts'

const policy = (admission: string): string => `
kind: BootPolicy
name: web
machines: [web]
tier: T0
admission: { ${admission} }
release: { pcrs: { sha256: { 0: ["${'00'.repeat(32)}"] } } }
`
const fromHome = policy('networks: ["127.0.0.1/32"]')

describe('admission', () => {
  let server: FakePolicyServer
  let machine: FakeMachine
  beforeEach(async () => {
    server = await FakePolicyServer.start()
    machine = new FakeMachine(server)
    await machine.enrol(await server.invite('web'))
  })
  afterEach(() => server.stop())

  /** Asks, and gives the event that comes first and the stream that goes on. */
  async function asking(asker: FakeMachine) {
    const asked = asker.ask()
    return { ...asked, first: await nextEvent(asked.events) }
  }
  const refusal = (asker: FakeMachine): Promise<string> => failureCode(asker.powerOn())
  const outcomes = async (): Promise<readonly string[]> => (await server.decisions()).map(({ outcome }) => outcome)
  /** Lets the stream get to its wait. */
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

  describe('of a machine that nobody accepted', () => {
    it('is held until a person accepts the machine', async () => {
      const { key, events, first } = await asking(machine)
      expect(first.kind).to.equal('held')
      const next = nextEvent(events)
      await settled()
      await server.accept('web')
      await machine.takeIn(key, await next)
      expect(await outcomes()).to.deep.equal(['admission held', 'admission admitted'])
    })

    it('is held in vain once the time is over', async () => {
      await server.stop()
      server = await FakePolicyServer.start(':memory:', { heldTimeoutMs: 1 })
      machine = new FakeMachine(server)
      await machine.enrol(await server.invite('web'))
      const { events } = await asking(machine)
      expect(await failureCode(nextEvent(events))).to.equal('boot/held-expired')
    })

    it('makes room for a newer request', async () => {
      const { events } = await asking(machine)
      const old = failureCode(nextEvent(events))
      await settled()
      const newer = await asking(machine)
      const next = nextEvent(newer.events)
      expect(await old).to.equal('boot/superseded')
      await settled()
      await server.accept('web')
      expect(await next).to.have.property('kind', 'admitted')
    })

    it('is refused when the machine is locked meanwhile', async () => {
      const { events } = await asking(machine)
      const next = failureCode(nextEvent(events))
      await settled()
      await server.lock('web')
      expect(await next).to.equal('boot/refused')
    })

    it('is told to ask again when the server stops', async () => {
      const { events } = await asking(machine)
      const next = failureCode(nextEvent(events))
      await settled()
      server.gates.held.close()
      expect(await next).to.equal('server/sealed')
    })

    it('ends when the machine goes away', async () => {
      const gone = new AbortController()
      const { events } = machine.ask(gone.signal)
      await events.next()
      const next = failureCode(nextEvent(events))
      await settled()
      gone.abort()
      expect(await next).to.equal('boot/held-expired')
      expect(server.gates.held.size).to.equal(0)
    })
  })

  describe('of an accepted machine', () => {
    beforeEach(() => server.accept('web'))

    it('moves token and generation on', async () => {
      expect(machine.generation).to.equal(1)
      await machine.powerOn()
      await machine.powerOn()
      expect(machine.generation).to.equal(3)
      expect(machine.tokenCount).to.equal(1)
    })

    it('erases the state key of a generation that is over', async () => {
      for (let boot = 0; boot < 3; boot++) await machine.powerOn()
      const generations = await server.parts.store.transact((tx) =>
        tx.selectFrom('stateKeys').select('generation').orderBy('generation').execute(),
      )
      expect(generations.map(({ generation }) => generation)).to.deep.equal([3, 4])
    })

    it('bears lost requests and lost answers', async () => {
      machine.ask() // never sent
      await (await asking(machine)).events.return(undefined) // admitted, never read
      await (await asking(machine)).events.return(undefined)
      await machine.powerOn()
      expect(machine.generation).to.equal(2)
      await machine.powerOn()
      expect(await server.stateOf('web')).to.equal('accepted')
    })

    it('holds an older copy as a fork, and then both sides', async () => {
      const copy = machine.copy()
      await machine.powerOn()
      const { first } = await asking(copy)
      expect(first.kind).to.equal('held')
      expect(await server.stateOf('web')).to.equal('forked')
      expect((await asking(machine)).first.kind).to.equal('held')
      expect((await server.decisions()).slice(-2).map(({ failed }) => failed)).to.deep.equal([
        ['admission/boot-token'],
        ['machine/state'],
      ])
      await asking(copy)
      expect((await server.decisions()).at(-1)?.failed).to.deep.equal(['machine/state', 'admission/boot-token'])
      expect(await server.alarms('web')).to.have.lengthOf(1)
    })

    it('holds the original once a copy has started first', async () => {
      const copy = machine.copy()
      await copy.powerOn()
      expect((await asking(machine)).first.kind).to.equal('held')
    })

    it('knows a copy that was made while an answer was lost', async () => {
      await (await asking(machine)).events.return(undefined)
      const copy = machine.copy()
      await machine.powerOn()
      await machine.powerOn()
      expect((await asking(copy)).first.kind).to.equal('held')
    })

    it('refuses a copy in another network before anything changes, and the original still starts', async () => {
      await server.apply(fromHome)
      const copy = machine.copy()
      copy.address = '::1'
      expect(await refusal(copy)).to.equal('boot/refused')
      expect(await server.stateOf('web')).to.equal('accepted')
      await machine.powerOn()
      expect((await server.decisions())[0]?.failed).to.deep.equal(['admission/network'])
    })

    it('refuses a machine for which two policies are in force', async () => {
      const document = fromHome
      await server.parts.store.transact((tx) =>
        tx
          .insertInto('policies')
          .values(
            ['web', 'other'].map((name) => ({
              name,
              version: 1,
              document: document.replace('name: web', `name: ${name}`),
              source: 'test.yaml',
              appliedUnixMs: 1,
              appliedBy: 'ann',
            })),
          )
          .execute(),
      )
      expect(await refusal(machine)).to.equal('boot/refused')
      expect((await server.decisions()).at(-1)?.failed).to.deep.equal(['policy/ambiguous'])
    })

    it('shows a person so many requests and no more', async () => {
      await server.apply(policy('approval: everyBoot'))
      for (let asked = 0; asked < 70; asked++) {
        const copy = machine.copy()
        await (await asking(copy)).events.return(undefined)
      }
      const waiting = await server.parts.store.transact((tx) =>
        tx.selectFrom('heldRequests').select('decision').where('resolution', 'is', null).execute(),
      )
      expect(waiting).to.have.lengthOf(64)
    })

    it('holds a restored state file under the newest tokens as a rollback', async () => {
      const old = machine.copy()
      await machine.powerOn()
      await machine.powerOn()
      old.adoptTokens(machine)
      expect((await asking(old)).first.kind).to.equal('held')
      expect((await server.decisions()).at(-1)?.failed).to.deep.equal(['admission/generation'])
      expect(await failureCode(server.settle('web', 3))).to.equal('machine/wrong-state')
      await machine.powerOn()
    })

    it('refuses a generation nobody was given', async () => {
      machine.pretendGeneration(2)
      expect(await refusal(machine)).to.equal('boot/refused')
    })

    it('refuses a machine that is locked, and admits it again afterwards', async () => {
      await server.lock('web')
      expect(await refusal(machine)).to.equal('boot/refused')
      await server.unlock('web')
      await machine.powerOn()
    })

    it('refuses a removed machine on record, and an unknown key without', async () => {
      await server.remove('web')
      expect(await refusal(machine)).to.equal('boot/refused')
      machine.replaceMachineKey()
      expect(await refusal(machine)).to.equal('identity/unknown')
      expect(await outcomes()).to.deep.equal(['admission refused'])
    })

    it('wants a person for every boot where policy says so, once for each', async () => {
      await server.apply(policy('approval: everyBoot'))
      const { key, events, first } = await asking(machine)
      const next = nextEvent(events)
      await settled()
      await server.accept('web', first.decision)
      await machine.takeIn(key, await next)
      expect((await asking(machine)).first.kind).to.equal('held')
    })

    it('waits for as many people as policy says, each counted once, for one boot', async () => {
      const accept = (decision: number, operator: string) => server.accept('web', decision, undefined, operator)
      await server.apply(policy('approval: everyBoot, quorum: 2'))
      const { key, events, first } = await asking(machine)
      const second = nextEvent(events)
      await settled()
      await accept(first.decision, 'ann')
      const { kind, decision } = await second
      expect(kind).to.equal('held')
      expect(await failureCode(accept(decision, 'ann'))).to.equal('decision/not-held')
      const third = nextEvent(events)
      await settled()
      await accept(decision, 'bob')
      const bootId = await machine.takeIn(key, await third)
      expect((await asking(machine)).first.kind).to.equal('held')
      const boot = await server.parts.store.transact((tx) => findBoot(tx, bootId))
      expect(decodeWords(boot?.approvedBy ?? '').words.map(({ by }) => by)).to.deep.equal(['ann', 'bob'])
    })

    describe('a copy, where the policy says what becomes of it', () => {
      const home = 'networks: ["127.0.0.0/8"]'
      /** The machine has started since it was copied. */
      async function copied(admission: string): Promise<FakeMachine> {
        await server.apply(policy(admission))
        const copy = machine.copy()
        await machine.powerOn()
        return copy
      }

      it('is refused with one alarm, and the machine goes on', async () => {
        const copy = await copied(`${home}, forks: refuse`)
        expect(await refusal(copy)).to.equal('boot/refused')
        expect(await refusal(copy)).to.equal('boot/refused')
        expect(await server.stateOf('web')).to.equal('accepted')
        expect(await server.alarms('web')).to.have.length(1)
        await machine.powerOn()
      })
      it('locks the machine, for everybody', async () => {
        const copy = await copied(`${home}, forks: lock`)
        expect(await refusal(copy)).to.equal('boot/refused')
        expect(await server.stateOf('web')).to.equal('locked')
        expect(await refusal(machine)).to.equal('boot/refused')
        expect((await server.alarms('web')).join()).to.match(/the machine is locked/)
        await server.unlock('web')
        await machine.powerOn()
      })
      it('is answered as strictly as a group wants it', async () => {
        const copy = await copied(`${home}, forks: refuse`)
        await server.apply('kind: Group\nname: default\nrequire: { admission: { forks: lock } }\n')
        expect(await refusal(copy)).to.equal('boot/refused')
        expect(await server.stateOf('web')).to.equal('locked')
      })
      it('is answered where only a group has rules', async () => {
        await server.apply('kind: Group\nname: default\nrequire: { admission: { forks: refuse } }\n')
        const copy = machine.copy()
        await machine.powerOn()
        expect(await refusal(copy)).to.equal('boot/refused')
        expect(await server.stateOf('web')).to.equal('accepted')
      })
      it('is refused with an older state as well', async () => {
        const copy = await copied(`${home}, forks: refuse`)
        await machine.powerOn()
        copy.adoptTokens(machine)
        expect(await refusal(copy)).to.equal('boot/refused')
        expect((await server.decisions()).at(-1)?.failed).to.deep.equal(['admission/generation'])
        expect(await server.alarms('web')).to.have.length(1)
      })
    })

    describe('an approval', () => {
      const accept = (decision: number, operator = 'ann') => server.accept('web', decision, undefined, operator)
      const network = 'networks: [10.0.0.0/8, "127.0.0.0/8"]'
      /** Held, and approved while nobody waits. */
      async function approved(admission: string): Promise<void> {
        await server.apply(policy(admission))
        const { events, first } = await asking(machine)
        await events.return(undefined)
        await accept(first.decision)
      }
      const next = async (): Promise<string> => {
        const { events, first } = await asking(machine)
        await events.return(undefined)
        return first.kind
      }

      it('counts for an hour', async () => {
        await approved('approval: everyBoot')
        server.passTime(60 * 60_000)
        expect(await next()).to.equal('admitted')
      })
      it('counts no longer, and the same person may give another', async () => {
        await approved('approval: everyBoot')
        server.passTime(60 * 60_000 + 1)
        const { events, first } = await asking(machine)
        await events.return(undefined)
        expect(first.kind).to.equal('held')
        await accept(first.decision)
        expect(await next()).to.equal('admitted')
      })
      it('counts for as long as the policy says', async () => {
        await approved('approval: everyBoot, approvalValidFor: 5m')
        server.passTime(5 * 60_000 + 1)
        expect(await next()).to.equal('held')
      })
      it('is for the place that the person saw', async () => {
        await approved(`${network}, approval: everyBoot`)
        machine.address = '10.1.2.3'
        expect(await next()).to.equal('held')
        machine.address = '127.0.0.1'
        expect(await next()).to.equal('admitted')
      })
      it('is for the rules that the person saw', async () => {
        await approved('approval: everyBoot')
        await server.apply(policy(`${network}, approval: everyBoot`))
        expect(await next()).to.equal('held')
      })
      it('is for what groups required then', async () => {
        await approved('approval: everyBoot')
        await server.apply('kind: Group\nname: default\nrequire: { tier: T0 }\n')
        expect(await next()).to.equal('held')
      })
      it('ends with the certificate it was given under', async () => {
        await approved('approval: everyBoot')
        server.revoked.add('ann')
        expect(await next()).to.equal('held')
        server.revoked.delete('ann')
        expect(await next()).to.equal('admitted')
      })
    })

    describe('the word of two people', () => {
      /** Held, and approved by one after the other while nobody waits; what was answered to the last. */
      async function approve(...approvals: readonly (readonly [operator: string, certificate: string])[]) {
        await server.apply(policy('approval: everyBoot, quorum: 2'))
        let answer = ''
        for (const [operator, certificate] of approvals) {
          const { events, first } = await asking(machine)
          await events.return(undefined)
          answer = await failureCode(server.accept('web', first.decision, undefined, operator, certificate))
        }
        return answer
      }
      const next = async (): Promise<string> => {
        const { events, first } = await asking(machine)
        await events.return(undefined)
        return first.kind
      }

      it('is that of two names with a certificate each', async () => {
        await approve(['ann', 'k1'], ['bob', 'k2'])
        expect(await next()).to.equal('admitted')
      })
      it('is not that of two certificates of one person', async () => {
        expect(await approve(['ann', 'k1'], ['ann', 'k2'])).to.equal('decision/not-held')
        expect(await next()).to.equal('held')
      })
      it('is not that of one certificate under two names', async () => {
        expect(await approve(['ann', 'k1'], ['bob', 'k1'])).to.equal('decision/not-held')
        expect(await next()).to.equal('held')
      })
      it('ends where one of the certificates ends before the start', async () => {
        await approve(['ann', 'k1'], ['bob', 'k2'])
        server.revoked.add('k1')
        expect(await next()).to.equal('held')
      })
      it('ends where one of the certificates ends before the release', async () => {
        await approve(['ann', 'k1'], ['bob', 'k2'])
        const bootId = await machine.powerOn()
        server.revoked.add('k2')
        expect(await failureCode(machine.release(bootId))).to.equal('boot/refused')
        expect((await server.decisions()).at(-1)?.failed).to.include('admission/approval')
      })
    })

    it('forgets an approval of the other side once the machine has started', async () => {
      const accept = (decision: number, operator: string) => server.accept('web', decision, undefined, operator)
      await server.apply(policy('approval: everyBoot'))
      const copy = await asking(machine.copy())
      await copy.events.return(undefined)
      await accept(copy.first.decision, 'ann')
      for (const operator of ['bob', 'ann']) {
        const { key, events, first } = await asking(machine)
        const next = nextEvent(events)
        await settled()
        await accept(first.decision, operator)
        await machine.takeIn(key, await next)
      }
    })

    it('starts a machine by itself in its window, and by a person outside', async () => {
      const hour = (unixMs: number): string => new Date(unixMs).toISOString().slice(11, 13)
      const now = server.parts.clock()
      const window = (from: string, to: string) => `{ from: "${from}:00", to: "${to}:00", timeZone: UTC }`
      const inHours = (hours: number): string => hour(now + hours * 3_600_000)
      await server.apply(policy(`networks: ["127.0.0.1/32"], windows: [${window(inHours(0), inHours(1))}]`))
      await machine.powerOn()
      await server.apply(policy(`networks: ["127.0.0.1/32"], windows: [${window(inHours(2), inHours(3))}]`))
      const { key, events, first } = await asking(machine)
      expect((await server.decisions()).at(-1)?.failed).to.deep.equal(['admission/window'])
      const next = nextEvent(events)
      await settled()
      await server.accept('web', first.decision)
      await machine.takeIn(key, await next)
    })

    it('keeps an approval for the side it was given to, also after its stream broke', async () => {
      await server.apply(policy('approval: everyBoot'))
      const copy = machine.copy()
      const { events, first } = await asking(machine)
      await events.return(undefined)
      await server.accept('web', first.decision)
      expect((await asking(copy)).first.kind).to.equal('held')
      await machine.powerOn()
      expect((await asking(copy)).first.kind).to.equal('held')
      expect(await server.stateOf('web')).to.equal('forked')
    })

    it('takes the number that was named on the telephone, though the machine has asked again', async () => {
      await server.apply(policy('approval: everyBoot'))
      const named = await asking(machine)
      await named.events.return(undefined)
      const { key, events } = await asking(machine)
      const next = nextEvent(events)
      await settled()
      await server.accept('web', named.first.decision)
      await machine.takeIn(key, await next)
      expect((await asking(machine)).first.kind).to.equal('held')
      expect(await failureCode(server.accept('web', named.first.decision))).to.equal('decision/not-held')
    })

    it('accepts no decision twice, and none of another machine', async () => {
      await server.apply(policy('approval: everyBoot'))
      const { first } = await asking(machine)
      await server.accept('web', first.decision)
      expect(await failureCode(server.accept('web', first.decision))).to.equal('decision/not-held')
      const other = new FakeMachine(server)
      await other.enrol(await server.invite('db'))
      expect(await failureCode(server.accept('db', first.decision))).to.equal('decision/unknown')
    })
  })

  describe('after a fork', () => {
    let copy: FakeMachine
    beforeEach(async () => {
      await server.accept('web')
      copy = machine.copy()
      await machine.powerOn()
    })

    it('re-keys the winner on its stream and refuses the loser', async () => {
      const { key, events, first } = await asking(copy)
      const next = nextEvent(events)
      await settled()
      await server.settle('web', first.decision)
      const order = await copy.openRekey(key, await next)
      expect(order.generation).to.equal(1)
      expect(order.key).to.deep.equal(copy.stateKey)
      expect(await refusal(machine)).to.equal('boot/refused')

      copy.replaceKeys()
      await copy.enrol(order.joinToken)
      expect(copy.machineId).to.deep.equal(machine.machineId)
      expect(await server.stateOf('web')).to.equal('accepted')
      await copy.powerOn()
      expect(await refusal(machine)).to.equal('boot/refused')
    })

    it('gives the winner its order again when its stream broke', async () => {
      const { events, first } = await asking(machine)
      await events.return(undefined)
      expect(first.kind).to.equal('admitted')
      await asking(copy)
      const held = await asking(machine)
      await server.settle('web', held.first.decision)
      const lost = await asking(machine)
      const stale = await machine.openRekey(lost.key, lost.first)
      const again = await asking(machine)
      const order = await machine.openRekey(again.key, again.first)
      expect(await refusal(copy)).to.equal('boot/refused')

      machine.replaceKeys()
      expect(await failureCode(machine.begin(stale.joinToken))).to.equal('join/refused')
      await machine.enrol(order.joinToken)
      await machine.powerOn()
    })

    it('refuses the winner of before for ever, also in the next fork', async () => {
      await asking(copy)
      const held = await asking(machine)
      await server.settle('web', held.first.decision)
      const ordered = await asking(machine)
      const order = await machine.openRekey(ordered.key, ordered.first)
      const before = machine.copy()
      machine.replaceKeys()
      await machine.enrol(order.joinToken)
      const older = machine.copy()
      await machine.powerOn()
      expect((await asking(older)).first.kind).to.equal('held')
      expect(await refusal(before)).to.equal('boot/refused')
    })

    it('refuses a re-key that brings the TPM of before', async () => {
      const { key, events, first } = await asking(copy)
      const next = nextEvent(events)
      await settled()
      await server.settle('web', first.decision)
      const order = await copy.openRekey(key, await next)
      copy.replaceMachineKey()
      expect(await failureCode(copy.enrol(order.joinToken))).to.equal('join/refused')
    })

    it('can be settled for the other side while nobody has re-keyed', async () => {
      const ofCopy = await asking(copy)
      const ofOriginal = await asking(machine)
      await server.settle('web', ofCopy.first.decision)
      expect(await failureCode(server.settle('web', ofCopy.first.decision))).to.equal('decision/not-held')
      expect(await refusal(machine)).to.equal('boot/refused')
      await server.settle('web', ofOriginal.first.decision)
      expect(await refusal(copy)).to.equal('boot/refused')
      expect((await asking(machine)).first.kind).to.equal('rekey')
    })

    it('lets nobody in a wrong place take part in it, or win it', async () => {
      await server.apply(fromHome)
      await asking(copy)
      const held = await asking(machine)
      const next = nextEvent(held.events)
      await settled()
      machine.address = copy.address = '::1'
      expect(await refusal(copy)).to.equal('boot/refused')
      await server.settle('web', held.first.decision)
      expect((await next).kind, 'the request that waits at home').to.equal('rekey')
      expect(await refusal(machine)).to.equal('boot/refused')
      expect((await server.decisions()).at(-1)?.failed).to.deep.equal(['machine/state', 'admission/network'])
    })

    it('cannot be accepted away', async () => {
      const { first } = await asking(copy)
      expect(await failureCode(server.accept('web', first.decision))).to.equal('machine/wrong-state')
      expect(await failureCode(server.accept('web'))).to.equal('machine/wrong-state')
    })
  })
})
