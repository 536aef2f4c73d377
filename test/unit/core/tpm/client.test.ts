import { expect } from 'chai'
import { fromHex, toHex, WireError } from '../../../../core/bytes/index.ts'
import {
  GetRandom,
  named,
  PCR_Extend,
  passwordSession,
  RC,
  TpmClient,
  TpmResponseError,
} from '../../../../core/tpm/index.ts'

/** A client of a TPM that gives one answer to everything. */
function clientOf(answer: string): { client: TpmClient; sent: () => string } {
  let sent = ''
  const transmit = (command: Uint8Array): Promise<Uint8Array> => {
    sent = toHex(command)
    return Promise.resolve(fromHex(answer))
  }
  return { client: new TpmClient({ transmit }), sent: () => sent }
}
const random = (answer: string) => clientOf(answer).client.run(GetRandom, {}, { bytesRequested: 2 })
const reason = (command: Promise<unknown>): Promise<unknown> =>
  command.then(
    () => 'answered',
    (error: unknown) => error,
  )

describe('TpmClient', () => {
  it('writes a command and reads its answer', async () => {
    const { client, sent } = clientOf('80010000000e00000000' + '0002abcd')
    const { randomBytes } = await client.run(GetRandom, {}, { bytesRequested: 2 })
    expect(sent()).to.equal('80010000000c0000017b0002')
    expect(toHex(randomBytes)).to.equal('abcd')
  })
  it('writes the authorization of a handle', async () => {
    const { client, sent } = clientOf('80020000001300000000' + '00000000' + '0000010000')
    const pcrHandle = { ...named(7), auth: passwordSession(fromHex('aa')) }
    await client.run(PCR_Extend, { pcrHandle }, { digests: [] })
    expect(sent()).to.equal(
      '800200000020' + '00000182' + '00000007' + '0000000a' + '40000009' + '0000' + '01' + '0001aa' + '00000000',
    )
  })
  it('says what the TPM refused', async () => {
    const error = await reason(random('80010000000a000001d5'))
    expect(error).to.be.instanceOf(TpmResponseError)
    expect((error as TpmResponseError).message).to.equal('GetRandom: size (parameter 1) (0x1d5)')
    expect((error as TpmResponseError).is(RC.size)).to.equal(true)
    expect((error as TpmResponseError).is(RC.value)).to.equal(false)
  })

  for (const { name, answer } of [
    { name: 'nothing', answer: '' },
    { name: 'half a header', answer: '800100000009000000' },
    { name: 'a size that is not its own', answer: '80010000000f000000000002abcd' },
    { name: 'sessions where none were sent', answer: '80020000000e000000000002abcd' },
    { name: 'a parameter that ends early', answer: '80010000000d000000000002ab' },
    { name: 'bytes left over', answer: '80010000000f000000000002abcd00' },
    { name: 'more than a TPM answers', answer: '800100001388' + '00'.repeat(4994) },
  ]) {
    it(`refuses an answer of ${name}`, async () => {
      expect(await reason(random(answer))).to.be.instanceOf(WireError)
    })
  }
  it('refuses an answer whose sessions are not those it sent', async () => {
    const auth = passwordSession()
    for (const answer of [
      '80010000000a00000000',
      '80020000000e00000000' + '00000000',
      '80020000001400000000' + '00000000' + '000001000000',
    ]) {
      const { client } = clientOf(answer)
      const command = client.run(PCR_Extend, { pcrHandle: { ...named(7), auth } }, { digests: [] })
      expect(await reason(command), answer).to.be.instanceOf(WireError)
    }
  })
  it('takes only what the declaration has', () => {
    const { client } = clientOf('')
    // @ts-expect-error a handle with an authorization role cannot go without a session
    const withoutAuth = () => client.run(PCR_Extend, { pcrHandle: named(7) }, { digests: [] })
    // @ts-expect-error a UINT16 is a number
    const withText = () => client.run(GetRandom, {}, { bytesRequested: '1' })
    expect([withoutAuth, withText]).to.have.length(2)
  })
})
