import { ALG, named, pcrStep, PCR_Read, PolicyPCR, digest, digestSize, Unseal } from '../../../core/tpm/index.ts'
import { concat } from '../../../core/bytes/index.ts'
import { act, type Contest } from '../contest.ts'
import { sealed } from '../templates.ts'
import { random, type TpmUnderTest } from '../tpm-under-test.ts'
import { bootPcrs } from './cheap.ts'

const secret = random(32)
const empty = new Uint8Array(0)

async function policyOfNow({ client }: TpmUnderTest): Promise<Uint8Array> {
  const { pcrValues } = await client.run(PCR_Read, {}, { pcrSelectionIn: bootPcrs })
  const pcrDigest = digest(ALG.sha256, concat(...pcrValues))
  return pcrStep(bootPcrs, pcrDigest)(ALG.sha256, new Uint8Array(digestSize(ALG.sha256)))
}

/** What a machine does at each start: primary key, sealed key, policy, secret. */
export const unlockContest: Contest = {
  name: 'unlock sequence',
  rounds: 500,
  warmUpRounds: 500,
  cap: 1,
  isExtra: true,
  async prepare(tpm) {
    const parent = await tpm.primary()
    const created = await tpm.create(parent, sealed(await policyOfNow(tpm)), secret)
    await tpm.flush(parent)
    return act({
      async act() {
        const storage = await tpm.primary()
        const item = await tpm.load(storage, created)
        const session = await tpm.policySession()
        const policySession = named(session.handle)
        await tpm.client.run(PolicyPCR, { policySession }, { pcrDigest: empty, pcrs: bootPcrs })
        await tpm.client.run(Unseal, { itemHandle: { ...item, auth: session.with({ attributes: [] }) } }, {})
        await tpm.flush(item, storage)
      },
    })
  },
}
