import { expect } from 'chai'
import { learn, preview, type PreviewEvent } from '../../../../policy-server/appraise/index.ts'
import { liveIdentity } from '../../../../policy-server/store/index.ts'
import { FakeMachine, nextEvent } from '../../../fakes/fake-machine.ts'
import { failureCode } from '../../../fakes/failure-code.ts'
import { FakePolicyServer } from '../../../fakes/policy-server.ts'
import { TestPlatform } from '../../../fakes/test-platform.ts'

const rules = 'platform: { issuer: clouds/vms, audience: bootlatch }'
const minuteMs = 60_000

describe('a machine whose platform vouches for it', () => {
  let server: FakePolicyServer
  let platform: TestPlatform
  let machine: FakeMachine
  let learnt: string

  /** The policy of the machine's boot, with these rules of admission. */
  const withRules = (admission: string) =>
    learnt.replace(/admission:[^]*release:/, `admission: { ${admission} }\nrelease:`)
  const on = (instance: string) => (nonce: Uint8Array) => platform.document(instance, nonce)
  const newest = async () => (await server.decisions()).at(-1)
  const knownInstance = () =>
    server.parts.store.transact(async (tx) => (await liveIdentity(tx, machine.machineId))?.instance)
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  const heldNumber = async (asked: ReturnType<FakeMachine['ask']>): Promise<number> => {
    const event = await nextEvent(asked.events)
    if (event.kind !== 'held') throw new Error(`the answer is ${event.kind}`)
    return event.decision
  }

  beforeEach(async () => {
    server = await FakePolicyServer.start()
    platform = new TestPlatform(server.parts.clock)
    machine = new FakeMachine(server)
    machine.platform = on('vm-1')
    await machine.enrol(await server.invite('web'))
    await server.accept('web')
    await failureCode(machine.release(await machine.powerOn()))
    learnt = (await server.parts.store.transact((tx) => learn(tx, 'web', ''))).document
    await server.apply(platform.listed())
    await server.apply(withRules(rules))
  })
  afterEach(() => server.stop())

  it('starts, and gets its keys by the same document', async () => {
    expect(await knownInstance()).to.equal(null)
    await machine.release(await machine.powerOn())
    expect(await newest()).to.include({ outcome: 'release released' })
    expect(await knownInstance()).to.equal(TestPlatform.named('vm-1'))
    await machine.release(await machine.powerOn())
    expect(await newest()).to.include({ outcome: 'release released' })
  })

  for (const { name, document, fails } of [
    { name: 'without a document', document: () => new Uint8Array(0), fails: 'admission/platform' },
    {
      name: 'with a document that was made for another start',
      document: () => platform.document('vm-1', new Uint8Array(32)),
      fails: 'admission/platform',
    },
    {
      name: 'with a document by somebody else',
      document: (nonce: Uint8Array) => new TestPlatform(server.parts.clock, 'forger').document('vm-1', nonce),
      fails: 'admission/platform',
    },
    {
      name: 'with a document for somebody else',
      document: (nonce: Uint8Array) => platform.document('vm-1', nonce, { aud: 'vault' }),
      fails: 'admission/platform-claim',
    },
    {
      name: 'with a document of ten minutes ago',
      document: (nonce: Uint8Array) => {
        const iat = Math.floor((server.parts.clock() - 10 * minuteMs) / 1000)
        return platform.document('vm-1', nonce, { iat, exp: iat + 3600 })
      },
      fails: 'admission/platform-age',
    },
  ])
    it(`is refused ${name}, learns nothing but the decision, and starts as before with the right one`, async () => {
      const { platform: right } = machine
      machine.platform = document
      const { events } = machine.ask()
      const refusal = await nextEvent(events).catch((error: unknown) => error)
      expect(refusal).to.include({ code: 'boot/refused', message: 'Refused.' })
      expect(await newest()).to.deep.include({ outcome: 'admission refused', failed: [fails] })
      machine.platform = right
      await machine.release(await machine.powerOn())
    })

  it('is refused with a document that another machine asked for', async () => {
    const other = new FakeMachine(server)
    await other.enrol(await server.invite('db'))
    let shown = new Uint8Array(0)
    other.platform = (nonce) => (shown = Uint8Array.from(platform.document('vm-2', nonce)))
    other.prepareStart()
    machine.platform = () => shown
    expect(await failureCode(machine.powerOn())).to.equal('boot/refused')
  })

  it('is judged by the document as it came, however long a person takes', async () => {
    await server.apply(withRules(`${rules}, approval: everyBoot`))
    const asked = machine.ask()
    const decision = await heldNumber(asked)
    const next = nextEvent(asked.events)
    await settled()
    server.passTime(10 * minuteMs)
    await server.accept('web', decision)
    await machine.release(await machine.takeIn(asked.key, await next))
  })

  it('gets no keys once the key of its platform is off the list', async () => {
    const bootId = await machine.powerOn()
    await server.apply(new TestPlatform(server.parts.clock, 'successor').listed())
    expect(await failureCode(machine.release(bootId))).to.equal('boot/refused')
    expect(await newest()).to.deep.include({ outcome: 'release refused', failed: ['admission/platform'] })
  })

  describe('on another instance', () => {
    beforeEach(async () => {
      await machine.powerOn()
    })

    it('waits for a person, with an alarm, while the machine goes on', async () => {
      const clone = machine.copy()
      clone.platform = on('vm-2')
      await heldNumber(clone.ask())
      await heldNumber(clone.ask())
      expect(await newest()).to.deep.include({ outcome: 'admission held', failed: ['admission/instance'] })
      expect(await server.alarms('web')).to.deep.equal([
        `it asked to start on another instance: ${TestPlatform.named('vm-2')}; known: ${TestPlatform.named('vm-1')}, or approval by a person`,
      ])
      await machine.release(await machine.powerOn())
      expect(await knownInstance()).to.equal(TestPlatform.named('vm-1'))
    })

    it('is known there once a person has let it in', async () => {
      machine.platform = on('vm-2')
      const asked = machine.ask()
      const decision = await heldNumber(asked)
      const next = nextEvent(asked.events)
      await settled()
      await server.accept('web', decision)
      await machine.release(await machine.takeIn(asked.key, await next))
      expect(await knownInstance()).to.equal(TestPlatform.named('vm-2'))
      await machine.powerOn()
      machine.platform = on('vm-1')
      await heldNumber(machine.ask())
    })

    it('is not let in by what a person said of a third one', async () => {
      machine.platform = on('vm-2')
      await server.accept('web', await heldNumber(machine.ask()))
      machine.platform = on('vm-3')
      await heldNumber(machine.ask())
      machine.platform = on('vm-2')
      await machine.powerOn()
    })

    it('is refused where the policy says so, whoever approves', async () => {
      const only = rules.replace(' }', ', otherInstance: refuse }')
      await server.apply(withRules(`${only}, approval: everyBoot`))
      machine.platform = on('vm-2')
      expect(await failureCode(machine.powerOn())).to.equal('boot/refused')
      expect((await newest())?.failed).to.include('admission/only-instance')
      expect(await server.alarms('web')).to.have.lengthOf(1)
    })
  })

  it('may deposit keys: a document is made for starts', async () => {
    const volume = { uuid: new Uint8Array(16), keyslotDigest: new Uint8Array(32) }
    expect(await failureCode(machine.deposit(volume, new Uint8Array(64)))).to.equal('nothing failed')
    await server.apply(withRules(`networks: [192.0.2.0/24], ${rules}`))
    const other = { ...volume, keyslotDigest: new Uint8Array(32).fill(1) }
    expect(await failureCode(machine.deposit(other, new Uint8Array(64)))).to.equal('boot/refused')
  })

  it('keeps its document with the boot: a preview judges that by the keys that would be listed', async () => {
    await machine.release(await machine.powerOn())
    const endOf = async (document: string) => {
      const found: PreviewEvent[] = []
      const request = { document, source: 'web.yaml', last: 1, sinceUnixMs: 0 }
      const context = { ...server.parts, shelf: server.gates.shelf }
      for await (const event of preview(context, request, new AbortController().signal)) found.push(event)
      return found.at(-1)
    }
    expect(await endOf(withRules(`${rules}, networks: [127.0.0.1/32]`))).to.include({ stillBoot: 1 })
    expect(await endOf(withRules(rules.replace(' }', ', instances: [vm-2] }')))).to.include({ wouldStop: 1 })
    expect(await endOf(new TestPlatform(server.parts.clock, 'successor').listed())).to.include({ wouldStop: 1 })
  })

  it('is not required of a machine whose policy does not ask, and pins nothing', async () => {
    await server.apply(withRules('networks: [127.0.0.1/32]'))
    machine.platform = () => new TextEncoder().encode('not a document')
    await machine.release(await machine.powerOn())
    expect(await knownInstance()).to.equal(null)
  })

  it('is required by a group of a machine without a policy too', async () => {
    await server.apply(`kind: Group\nname: default\nrequire: { admission: { ${rules} } }\n`)
    const other = new FakeMachine(server)
    await other.enrol(await server.invite('db'))
    await server.accept('db')
    expect(await failureCode(other.powerOn())).to.equal('boot/refused')
    other.platform = on('vm-9')
    await other.powerOn()
  })
})
