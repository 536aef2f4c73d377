import { expect } from 'chai'
import { toHex } from '../../../../core/bytes/index.ts'
import { decodeTpmBoundKeys } from '../../../../core/evidence/index.ts'
import { sealPurpose, untrustedPurpose } from '../../../../core/keys/index.ts'
import { learn } from '../../../../policy-server/appraise/index.ts'
import { failureCode } from '../../../fakes/failure-code.ts'
import { FakeMachine, type AskedRelease } from '../../../fakes/fake-machine.ts'
import { FakePolicyServer } from '../../../fakes/policy-server.ts'

const volume = { uuid: new Uint8Array(16).fill(7), keyslotDigest: new Uint8Array(32).fill(8) }
const volumeKey = new Uint8Array(32).fill(9)

describe('a release that the policy binds to the TPM', () => {
  let server: FakePolicyServer
  let machine: FakeMachine

  beforeEach(async () => {
    server = await FakePolicyServer.start()
    machine = new FakeMachine(server)
    await machine.enrol(await server.invite('web'))
    await server.accept('web')
    await machine.deposit(volume, volumeKey)
    await machine.release(await machine.powerOn()).catch(() => undefined)
    await bind('binding: tpm')
    machine.boot = { ...machine.boot, volumes: [volume] }
  })
  afterEach(() => server.stop())

  async function bind(rules: string): Promise<void> {
    const { document } = await server.parts.store.transact((tx) => learn(tx, 'web', ''))
    await server.apply(document.replace(/^release:$/m, `release:\n  ${rules}`))
  }
  const answerTo = ({ request }: AskedRelease) => server.gates.release.release(machine.peer, request)
  const boundKeys = async ({ key, request }: AskedRelease, answer: { decision: number; sealedKeys: string }) => {
    const binding = { purpose: sealPurpose.boundRelease, bootId: request.bootId, decision: BigInt(answer.decision) }
    return decodeTpmBoundKeys(await key.open(answer.sealedKeys, binding))
  }

  it('holds no key in the clear, but an object for the EK of the machine', async () => {
    const asked = await machine.prepareRelease(await machine.powerOn())
    const answer = await answerTo(asked)
    expect(untrustedPurpose(answer.sealedKeys)).to.equal(sealPurpose.boundRelease)
    const { parentName, resetCount, lastClock, ciphertext, blob } = await boundKeys(asked, answer)
    const [ek] = await server.parts.store.transact((tx) => tx.selectFrom('identityEks').selectAll().execute())
    expect(toHex(parentName)).to.equal(toHex(ek!.ekName))
    expect({ resetCount, lastClock }).to.deep.equal({ resetCount: machine.resets, lastClock: undefined })
    for (const bytes of [ciphertext, blob.duplicate]) expect(toHex(bytes)).to.not.contain(toHex(volumeKey))
  })

  it('opens as nothing else', async () => {
    const asked = await machine.prepareRelease(await machine.powerOn())
    const { decision, sealedKeys } = await answerTo(asked)
    const opened = machine.openRelease(asked.key, asked.request.bootId, { decision, sealedKeys })
    expect(await opened.then(String, String)).to.contain('SealedError: sealed keys: purpose')
  })

  it('ends by the clock of the TPM, where the policy gives a time', async () => {
    await bind('binding: tpm\n  validFor: 10m')
    const asked = await machine.prepareRelease(await machine.powerOn(), { clockInfo: { clock: 5000n } })
    expect((await boundKeys(asked, await answerTo(asked))).lastClock).to.equal(605_000n)
  })

  it('is the same answer to the same request', async () => {
    const asked = await machine.prepareRelease(await machine.powerOn())
    const first = await answerTo(asked)
    expect(await answerTo(asked)).to.deep.equal(first)
  })

  it('is bound as well where the answer was lost before it was kept', async () => {
    const asked = await machine.prepareRelease(await machine.powerOn())
    const { decision } = await answerTo(asked)
    await server.parts.store.transact((tx) => tx.updateTable('spentChallenges').set({ sealedKeys: null }).execute())
    const again = await answerTo(asked)
    expect(again.decision).to.equal(decision)
    expect((await boundKeys(asked, again)).resetCount).to.equal(machine.resets)
  })

  describe('and is made after a crash, when the documents have changed', () => {
    const lose = () =>
      server.parts.store.transact((tx) => tx.updateTable('spentChallenges').set({ sealedKeys: null }).execute())

    it('is bound as the policy said by which it was decided', async () => {
      const asked = await machine.prepareRelease(await machine.powerOn())
      const { decision } = await answerTo(asked)
      await lose()
      await bind('validFor: 1h')
      const again = await answerTo(asked)
      expect(again.decision).to.equal(decision)
      expect((await boundKeys(asked, again)).lastClock).to.equal(undefined)
    })

    it('is bound as a group required then', async () => {
      const group = (required: string) => server.apply(`kind: Group\nname: default\nrequire: { ${required} }\n`)
      await bind('within: 1h')
      await group('release: { binding: tpm, validFor: 10m }')
      const asked = await machine.prepareRelease(await machine.powerOn(), { clockInfo: { clock: 5000n } })
      await answerTo(asked)
      await lose()
      await group('tier: T0')
      expect((await boundKeys(asked, await answerTo(asked))).lastClock).to.equal(605_000n)
      server.passTime(10 * 60_000 + 1)
      expect(await failureCode(answerTo(asked))).to.equal('boot/refused')
    })

    it('is not made where that policy cannot be read any more', async () => {
      const asked = await machine.prepareRelease(await machine.powerOn())
      await answerTo(asked)
      await lose()
      await bind('binding: tpm\n  within: 1h')
      await server.parts.store.transact(async (tx) => {
        const { policyVersion } = await tx
          .selectFrom('decisions')
          .select('policyVersion')
          .where('outcome', '=', 'released')
          .executeTakeFirstOrThrow()
        await tx.updateTable('policies').set({ document: 'bogus: 1' }).where('version', '=', policyVersion!).execute()
      })
      expect(await failureCode(answerTo(asked))).to.equal('boot/refused')
    })
  })

  it('is not bound any more once the policy does not ask for it', async () => {
    await bind('validFor: 10m')
    expect(await machine.release(await machine.powerOn())).to.have.lengthOf(1)
  })
})
