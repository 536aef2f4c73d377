import { expect } from 'chai'
import { WireError } from '../../../../core/bytes/index.ts'
import { ALG } from '../../../../core/tpm/index.ts'
import { learn } from '../../../../policy-server/appraise/index.ts'
import { recordedRequest } from '../../../fakes/attester-request.ts'
import { FakeMachine } from '../../../fakes/fake-machine.ts'
import { failureCode } from '../../../fakes/failure-code.ts'
import { FakePolicyServer } from '../../../fakes/policy-server.ts'

const volume = { uuid: new Uint8Array(16).fill(7), keyslotDigest: new Uint8Array(32).fill(8) }
const volumeKey = new Uint8Array(32).fill(9)

describe('release', () => {
  let server: FakePolicyServer
  let machine: FakeMachine

  /** A machine with a learnt policy, a volume key, and one released boot behind it. */
  beforeEach(async () => {
    server = await FakePolicyServer.start()
    machine = await learntMachine('web')
  })
  afterEach(() => server.stop())

  async function learntMachine(name: string): Promise<FakeMachine> {
    const learnt = new FakeMachine(server)
    await learnt.enrol(await server.invite(name))
    await server.accept(name)
    await learnt.deposit(volume, volumeKey)
    expect(await failureCode(learnt.release(await learnt.powerOn()))).to.equal('boot/refused')
    await server.apply((await server.parts.store.transact((tx) => learn(tx, name, ''))).document)
    learnt.boot = { ...learnt.boot, volumes: [volume] }
    await learnt.release(await learnt.powerOn())
    return learnt
  }
  const lastFailed = async (): Promise<readonly string[]> => (await server.decisions()).at(-1)!.failed
  const refusal = (work: Promise<unknown>): Promise<string> => failureCode(work)

  it('gives a machine without a policy nothing, and records its verified evidence', async () => {
    const fresh = new FakeMachine(server)
    await fresh.enrol(await server.invite('db'))
    await server.accept('db')
    expect(await refusal(fresh.release(await fresh.powerOn()))).to.equal('boot/refused')
    expect(await lastFailed()).to.deep.equal(['policy/none'])
    const { learntFromDecision } = await server.parts.store.transact((tx) => learn(tx, 'db', 'db'))
    expect(learntFromDecision).to.equal((await server.decisions()).length)
  })

  it('has nothing to learn from a machine that never proved a boot', async () => {
    const fresh = new FakeMachine(server)
    await fresh.enrol(await server.invite('db'))
    const learnt = server.parts.store.transact((tx) => learn(tx, 'db', ''))
    expect(await refusal(learnt)).to.equal('policy/nothing-to-learn')
  })

  it('says why there is nothing to learn from a TPM without the bank that is quoted where no policy says another', async () => {
    const fresh = new FakeMachine(server)
    await fresh.enrol(await server.invite('db'))
    await server.accept('db')
    const bootId = await fresh.powerOn()
    const { challenge, selection } = await server.gates.release.challenge(fresh.peer, bootId)
    const nothing = selection.map(({ hash }) => ({ hash, pcrs: [] }))
    const sent = fresh.sendRelease(fresh.quoteFor(bootId, challenge, { selection: nothing }))
    expect(await refusal(sent)).to.equal('boot/refused')
    expect(await lastFailed()).to.deep.equal(['evidence/verified'])
    const learnt = server.parts.store.transact((tx) => learn(tx, 'db', ''))
    const words = await learnt.then(String, (error: unknown) => (error as Error).message)
    expect(words).to.match(
      /no verified boot to learn from\. Decision \d+ says why: selection: .*nothing of bank sha256, which/,
    )
    expect(words).to.match(/write a policy with quote: \{ banks: \[\.\.\.\] \}/)
  })

  it('answers the identical request with the identical answer', async () => {
    const asked = await machine.prepareRelease(await machine.powerOn())
    const { release } = server.gates
    const first = await release.release(machine.peer, asked.request)
    expect(await release.release(machine.peer, asked.request)).to.deep.equal(first)
  })

  it('gives an answer again for as long as the policy says, and no longer', async () => {
    const { document } = await server.parts.store.transact((tx) => learn(tx, 'web', ''))
    await server.apply(document.replace(/^release:$/m, 'release:\n  validFor: 10m'))
    const asked = await machine.prepareRelease(await machine.powerOn())
    const { release } = server.gates
    const first = await release.release(machine.peer, asked.request)
    server.passTime(10 * 60_000)
    expect(await release.release(machine.peer, asked.request)).to.deep.equal(first)
    server.passTime(1)
    expect(await refusal(release.release(machine.peer, asked.request))).to.equal('boot/refused')
    expect(await lastFailed()).to.deep.equal(['release/boot', 'release/challenge'])
  })

  it('asks for the banks that the policy names, and judges and records what was quoted', async () => {
    const { document } = await server.parts.store.transact((tx) => learn(tx, 'web', ''))
    await server.apply(`${document}quote: { banks: [sha256, sha384] }\n`)
    const bootId = await machine.powerOn()
    const { challenge, selection } = await server.gates.release.challenge(machine.peer, bootId)
    expect(selection.map(({ hash }) => hash)).to.deep.equal([ALG.sha256, ALG.sha384])
    await machine.sendRelease(machine.quoteFor(bootId, challenge, { selection }))
    expect((await server.decisions()).at(-1)?.outcome).to.equal('release released')
    const again = await server.parts.store.transact((tx) => learn(tx, 'web', ''))
    expect(again.document).to.match(/^quote: \{ banks: \[sha256, sha384\] \}$/m)
    const less = await machine.powerOn()
    const asked = await server.gates.release.challenge(machine.peer, less)
    const sent = machine.sendRelease(machine.quoteFor(less, asked.challenge))
    expect(await refusal(sent)).to.equal('boot/refused')
    expect(await lastFailed()).to.deep.equal(['evidence/verified'])
  })

  it('refuses a quote that was asked for under a policy that wanted less', async () => {
    const { document } = await server.parts.store.transact((tx) => learn(tx, 'web', ''))
    const asked = await machine.prepareRelease(await machine.powerOn())
    await server.apply(`${document}quote: { banks: [sha256, sha384] }\n`)
    expect(await refusal(machine.sendRelease(asked))).to.equal('boot/refused')
    expect(await lastFailed()).to.deep.equal(['quote/selection'])
  })

  it('answers two identical requests at once with one answer', async () => {
    const asked = await machine.prepareRelease(await machine.powerOn())
    const both = [1, 2].map(() => server.gates.release.release(machine.peer, asked.request))
    const [first, second] = await Promise.all(both)
    expect(second).to.deep.equal(first)
  })

  it('answers an identical refused request with the same refusal', async () => {
    machine.boot = { ...recordedRequest('uki'), volumes: [volume] }
    const asked = await machine.prepareRelease(await machine.powerOn())
    const count = async () => (await server.decisions()).length
    expect(await refusal(machine.sendRelease(asked))).to.equal('boot/refused')
    const decided = await count()
    expect(await refusal(machine.sendRelease(asked))).to.equal('boot/refused')
    expect(await count()).to.equal(decided)
  })

  it('gives any other request on a spent challenge nothing', async () => {
    const asked = await machine.prepareRelease(await machine.powerOn())
    await machine.sendRelease(asked)
    const other = new FakeMachine(server)
    const oneTimePublicKey = machine.prepareKey().publicPoint
    const altered = { ...asked.request, oneTimePublicKey }
    expect(await refusal(server.gates.release.release(machine.peer, altered))).to.equal('boot/refused')
    expect(await lastFailed()).to.include('release/challenge')
    expect(await refusal(server.gates.release.release(other.peer, asked.request))).to.equal('identity/unknown')
  })

  it('gives a machine that was locked between the gates nothing', async () => {
    const boot = await machine.powerOn()
    const asked = await machine.prepareRelease(boot)
    await server.lock('web')
    expect(await refusal(machine.sendRelease(asked))).to.equal('boot/refused')
    expect(await lastFailed()).to.include('machine/state')
    await server.unlock('web')
    expect(await refusal(machine.release(boot))).to.equal('boot/refused')
  })

  it('gives a machine that was locked since not even its former answer', async () => {
    const asked = await machine.prepareRelease(await machine.powerOn())
    await machine.sendRelease(asked)
    await server.lock('web')
    expect(await refusal(machine.sendRelease(asked))).to.equal('boot/refused')
    await server.unlock('web')
    expect(await refusal(machine.sendRelease(asked))).to.equal('boot/refused')
  })

  it('gives the answer of a former boot to nobody', async () => {
    const asked = await machine.prepareRelease(await machine.powerOn())
    await machine.sendRelease(asked)
    await machine.powerOn()
    expect(await refusal(machine.sendRelease(asked))).to.equal('boot/refused')
  })

  it('asks admission again: what left its network meanwhile gets nothing', async () => {
    const asked = await machine.prepareRelease(await machine.powerOn())
    machine.address = '10.0.0.1'
    expect(await refusal(machine.sendRelease(asked))).to.equal('boot/refused')
    expect(await lastFailed()).to.deep.equal(['admission/network'])
  })

  it('ends the right of a boot with a refusal', async () => {
    const boot = await machine.powerOn()
    const good = await machine.prepareRelease(boot)
    expect(await refusal(machine.release(boot, { clockInfo: { resetCount: 0 } }))).to.equal('boot/refused')
    expect(await refusal(machine.sendRelease(good))).to.equal('boot/refused')
    expect(await lastFailed()).to.include('release/boot')
  })

  it('ends the right of a boot with the next one', async () => {
    const former = await machine.prepareRelease(await machine.powerOn())
    await machine.powerOn()
    expect(await refusal(machine.sendRelease(former))).to.equal('boot/refused')
    expect(await lastFailed()).to.include('release/boot')
  })

  it('refuses a challenge for a boot that is unknown or over', async () => {
    const boot = await machine.powerOn()
    await machine.release(boot)
    expect(await refusal(machine.prepareRelease(boot))).to.equal('boot/refused')
    expect(await refusal(machine.prepareRelease(new Uint8Array(16)))).to.equal('boot/refused')
  })

  it('refuses an old quote on a new challenge', async () => {
    const old = await machine.prepareRelease(await machine.powerOn())
    await machine.sendRelease(old)
    const { request, key } = await machine.prepareRelease(await machine.powerOn())
    const { core, attest, signature } = old.request
    const replayed = { key, request: { ...request, core, attest, signature } }
    expect(await refusal(machine.sendRelease(replayed))).to.equal('boot/refused')
    expect(await lastFailed()).to.deep.equal(['evidence/verified'])
  })

  it('refuses an old challenge in a new boot', async () => {
    const old = await machine.prepareRelease(await machine.powerOn())
    const bootId = await machine.powerOn()
    const again = { ...old, request: { ...old.request, bootId } }
    expect(await refusal(machine.sendRelease(again))).to.equal('boot/refused')
    expect(await lastFailed()).to.deep.equal(['release/challenge'])
  })

  it('lets no machine spend the challenge of another', async () => {
    const other = await learntMachine('db')
    const asked = await machine.prepareRelease(await machine.powerOn())
    const stolen = other.quoteFor(await other.powerOn(), asked.request.challenge)
    expect(await refusal(other.sendRelease(stolen))).to.equal('boot/refused')
    expect(await machine.sendRelease(asked)).to.have.lengthOf(1)
  })

  it('refuses an expired challenge', async () => {
    const asked = await machine.prepareRelease(await machine.powerOn())
    server.passTime(2 * 60 * 1000)
    expect(await refusal(machine.sendRelease(asked))).to.equal('boot/refused')
    expect(await lastFailed()).to.deep.equal(['release/challenge'])
  })

  it('refuses a challenge of which any byte is another', async () => {
    const { request, key } = await machine.prepareRelease(await machine.powerOn())
    const challenge = request.challenge.map((byte, at) => (at === 20 ? byte ^ 1 : byte))
    expect(await refusal(machine.sendRelease({ key, request: { ...request, challenge } }))).to.equal('boot/refused')
    expect(await lastFailed()).to.deep.equal(['release/challenge'])
  })

  it('keeps no evidence of requests that nobody was challenged for', async () => {
    const { request, key } = await machine.prepareRelease(await machine.powerOn())
    const kept = () => server.parts.store.transact((tx) => tx.selectFrom('evidence').select('sha256').execute())
    const before = await kept()
    const challenge = request.challenge.map((byte) => byte ^ 1)
    expect(await refusal(machine.sendRelease({ key, request: { ...request, challenge } }))).to.equal('boot/refused')
    expect(await kept()).to.deep.equal(before)
  })

  it('refuses the challenge of another machine', async () => {
    const other = await learntMachine('db')
    const theirs = await other.prepareRelease(await other.powerOn())
    const { request, key } = await machine.prepareRelease(await machine.powerOn())
    const { challenge } = theirs.request
    expect(await refusal(machine.sendRelease({ key, request: { ...request, challenge } }))).to.equal('boot/refused')
    expect(await refusal(machine.sendRelease(theirs))).to.equal('boot/refused')
    expect(await lastFailed()).to.include('release/boot')
  })

  it('refuses a volume under the same UUID with another keyslot', async () => {
    const forged = { ...volume, keyslotDigest: new Uint8Array(32).fill(1) }
    machine.boot = { ...machine.boot, volumes: [forged] }
    expect(await refusal(machine.release(await machine.powerOn()))).to.equal('boot/refused')
    expect(await lastFailed()).to.deep.equal(['release/volume'])
  })

  it('refuses a TPM that went back in time', async () => {
    const clockInfo = { resetCount: machine.resets - 1 }
    expect(await refusal(machine.release(await machine.powerOn(), { clockInfo }))).to.equal('boot/refused')
    expect(await lastFailed()).to.deep.equal(['evidence/verified'])
  })

  it('counts on from the counters that a person accepted, and from none that the machine has left behind', async () => {
    const cleared = { clockInfo: { resetCount: 0, restartCount: 0, clock: 500n } }
    expect(await refusal(machine.release(await machine.powerOn(), cleared))).to.equal('boot/refused')
    const held = (await server.decisions()).length
    await server.accept('web', held)
    const older = { clockInfo: { ...cleared.clockInfo, clock: 499n } }
    expect(await refusal(machine.release(await machine.powerOn(), older))).to.equal('boot/refused')
    expect(await lastFailed()).to.deep.equal(['evidence/verified'])
    await machine.release(await machine.powerOn(), { clockInfo: { resetCount: 1, restartCount: 0, clock: 1n } })
    expect(await refusal(server.accept('web', held))).to.equal('decision/not-held')
  })

  it('holds a cleared TPM until a person accepts it', async () => {
    const cleared = { clockInfo: { resetCount: 0, restartCount: 0, clock: 1n } }
    expect(await refusal(machine.release(await machine.powerOn(), cleared))).to.equal('boot/refused')
    const { length } = await server.decisions()
    expect((await server.decisions()).at(-1)).to.deep.include({ outcome: 'release held', failed: ['tpm/cleared'] })
    await server.accept('web', length)
    const [released] = await machine.release(await machine.powerOn(), cleared)
    expect(released?.key).to.deep.equal(volumeKey)
  })

  it('refuses a one-time key that is none before anything is decided', async () => {
    const { request } = await machine.prepareRelease(await machine.powerOn())
    const { length } = await server.decisions()
    const asked = { ...request, oneTimePublicKey: new Uint8Array(65) }
    const failed = await server.gates.release.release(machine.peer, asked).catch((error: unknown) => error)
    expect(failed).to.be.instanceOf(WireError)
    expect(await server.decisions()).to.have.lengthOf(length)
  })

  describe('of a volume key', () => {
    it('keeps the same deposit once', async () => {
      const first = await machine.deposit(volume, volumeKey)
      expect(await machine.deposit(volume, volumeKey)).to.deep.equal(first)
    })

    it('never replaces the key of a keyslot', async () => {
      expect(await refusal(machine.deposit(volume, new Uint8Array(32)))).to.equal('key/conflict')
    })

    it('numbers the keyslots of a volume', async () => {
      const second = { ...volume, keyslotDigest: new Uint8Array(32).fill(1) }
      expect(await machine.deposit(second, new Uint8Array(32))).to.include({ version: 2 })
    })

    it('takes nothing from another network or a locked machine', async () => {
      machine.address = '10.0.0.1'
      expect(await refusal(machine.deposit(volume, volumeKey))).to.equal('boot/refused')
      machine.address = '127.0.0.1'
      await server.lock('web')
      expect(await refusal(machine.deposit(volume, volumeKey))).to.equal('boot/refused')
    })

    it('takes none for a volume of a thief, who holds the key of a machine that starts by approval', async () => {
      const learnt = (await server.parts.store.transact((tx) => learn(tx, 'web', ''))).document
      await server.apply(learnt.replace(/ {2}networks: .*/, '  approval: everyBoot'))
      const thief = machine.copy()
      thief.address = '203.0.113.9'
      const substitute = { ...volume, keyslotDigest: new Uint8Array(32).fill(2) }
      expect(await refusal(thief.deposit(substitute, new Uint8Array(32)))).to.equal('boot/refused')
      expect(await machine.deposit(substitute, new Uint8Array(32))).to.include({ version: 2 })
    })
  })
})
