import { expect } from 'chai'
import { fromHex, toHex, WireError } from '../../../../core/bytes/index.ts'
import {
  ALG,
  command,
  GetRandom,
  handle,
  named,
  PCR_Extend,
  passwordSession,
  RC,
  TPM2B_DIGEST,
  TPMA_SESSION,
  TPMI_DH_OBJECT,
  TpmClient,
  TpmResponseError,
  u16,
  u32,
  type ClientSession,
} from '../../../../core/tpm/index.ts'
import { commandParameterHash, responseParameterHash } from '../../../../core/tpm/session-math.ts'

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
    expect(error).to.include({ name: 'TpmResponseError', rc: 0x1d5, command: 'GetRandom' })
    expect((error as TpmResponseError).message).to.equal('GetRandom: size (parameter 1) (0x1d5)')
    expect((error as TpmResponseError).is(RC.size)).to.equal(true)
    expect((error as TpmResponseError).is(RC.value)).to.equal(false)
    expect(await reason(random('80010000000a0000001e'))).to.have.property('message', 'GetRandom: badTag (0x01e)')
  })
  it('hands on bytes of a command that is not declared', async () => {
    const { client, sent } = clientOf('8001')
    expect(toHex(await client.transmit(fromHex('abcd')))).to.equal('8001')
    expect(sent()).to.equal('abcd')
  })

  for (const { name, answer, says } of [
    { name: 'nothing', answer: '', says: 'needs 2 bytes, has 0' },
    { name: 'half a header', answer: '800100000009000000', says: 'needs 4 bytes, has 3' },
    {
      name: 'a size that is not its own',
      answer: '80010000000f000000000002abcd',
      says: 'responseSize: is not the size of the response',
    },
    {
      name: 'sessions where none were sent',
      answer: '80020000000e000000000002abcd',
      says: "tag: is not the command's",
    },
    { name: 'a parameter that ends early', answer: '80010000000d000000000002ab', says: 'randomBytes' },
    { name: 'bytes left over', answer: '80010000000f000000000002abcd00', says: '1 bytes left over' },
    {
      name: 'more than a TPM answers, whatever is in it',
      answer: 'ff'.repeat(4097),
      says: 'responseSize: a response of 4097 bytes',
    },
  ]) {
    it(`refuses an answer of ${name}`, async () => {
      const error = await reason(random(answer))
      expect(error).to.be.instanceOf(WireError)
      expect((error as WireError).message).to.contain(says)
    })
  }
  it('takes as much as a TPM answers', async () => {
    const [header, size] = ['80010000100000000000', 4096 - 10]
    expect(await reason(random(header + '00'.repeat(size)))).to.have.property(
      'message',
      `GetRandom: ${size - 2} bytes left over`,
    )
  })
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

/** A session that notes what it is asked, and whose secrets are what is added to each byte. */
function notedSession(
  handle: number,
  attributes: readonly (keyof TPMA_SESSION)[],
  hash: number | undefined = ALG.sha256,
): ClientSession & { readonly asked: readonly (readonly unknown[])[] } {
  const asked: (readonly unknown[])[] = []
  return {
    asked,
    handle,
    hash,
    attributes: TPMA_SESSION.of(...attributes),
    nonceTPM: Uint8Array.of(handle),
    prepare: () => asked.push(['prepare']),
    encryptParameter(data) {
      asked.push(['encrypt', toHex(data)])
      return data.map((byte) => byte + handle)
    },
    decryptParameter(data) {
      asked.push(['decrypt', toHex(data)])
      return data.map((byte) => byte - handle)
    },
    authorize(cpHash, otherNonces) {
      asked.push(['authorize', toHex(cpHash), otherNonces.map(toHex).join(' ')])
      return {
        sessionHandle: handle,
        nonce: Uint8Array.of(handle, 1),
        attributes: this.attributes,
        hmac: Uint8Array.of(9),
      }
    },
    accept: (rpHash, response) => asked.push(['accept', toHex(rpHash), response]),
  }
}

describe('TpmClient and sessions', () => {
  const code = 0x01020304
  const [first, second] = [
    { handle: 0x80000001, name: fromHex('000b11') },
    { handle: 0x80000002, name: fromHex('000b22') },
  ]
  /** Declared anew for each test: what a client knows of a command it finds out once. */
  const declared = () => ({
    one: command('One', code, {
      handles: { first: handle(TPMI_DH_OBJECT, 'user'), second: handle(TPMI_DH_OBJECT) },
      parameters: { secret: TPM2B_DIGEST, size: u16 },
      returns: { made: TPM2B_DIGEST },
    }),
    plain: command('Plain', code, { parameters: { size: u16 }, returns: { size: u16 } }),
    loads: command('Loads', code, { returnsHandle: u32, returns: { size: u16 } }),
  })
  const values = { secret: fromHex('a0a1'), size: 5 }
  const sealed = (hex: string, attributes = '01') => `${hex}${attributes}0001ff`
  const answered = (parameters: string, ...sessions: readonly string[]) => {
    const size = fromHex(parameters).length
    const rest = size.toString(16).padStart(8, '0') + parameters + sessions.join('')
    return `8002${(10 + rest.length / 2).toString(16).padStart(8, '0')}00000000${rest}`
  }
  const cpHash = (parameters: string, ...of: readonly Uint8Array[]) =>
    toHex(commandParameterHash(ALG.sha256, code, of, fromHex(parameters)))
  const rpHash = (parameters: string) => toHex(responseParameterHash(ALG.sha256, code, fromHex(parameters)))

  it('write handles in their order, authorizations, and parameters; and check the answer', async () => {
    const auth = notedSession(3, ['continueSession'])
    const { client, sent } = clientOf(answered('0001cc', sealed('000155')))
    const { made } = await client.run(declared().one, { second, first: { ...first, auth } }, values)
    expect(toHex(made)).to.equal('cc')
    expect(sent()).to.equal(
      '8002' +
        '00000028' +
        '01020304' +
        '80000001' +
        '80000002' +
        '0000000c' +
        '00000003' +
        '00020301' +
        '01' +
        '000109' +
        '0002a0a1' +
        '0005',
    )
    const response = { nonce: fromHex('55'), attributes: TPMA_SESSION.of('continueSession'), hmac: fromHex('ff') }
    expect(auth.asked).to.deep.equal([
      ['prepare'],
      ['authorize', cpHash('0002a0a10005', first.name, second.name), ''],
      ['accept', rpHash('0001cc'), response],
    ])
  })

  it('hash nothing for a password', async () => {
    const auth = { ...notedSession(3, []), hash: undefined }
    const { client } = clientOf(answered('0001cc', sealed('0000', '00')))
    await client.run(declared().one, { first: { ...first, auth }, second }, values)
    expect(auth.asked.map(([what, hash]) => [what, hash])).to.deep.equal([
      ['prepare', undefined],
      ['authorize', ''],
      ['accept', ''],
    ])
  })

  it('hide the first parameter by the session that decrypts, and find it by the one that encrypts', async () => {
    const [auth, decrypt, encrypt] = [notedSession(3, []), notedSession(4, ['decrypt']), notedSession(5, ['encrypt'])]
    const answer = answered('0001cc', sealed('0000', '00'), sealed('0000', '20'), sealed('0000', '40'))
    const { client, sent } = clientOf(answer)
    const { made } = await client.run(declared().one, { first: { ...first, auth }, second }, values, [decrypt, encrypt])
    expect(sent()).to.match(/0002a4a50005$/)
    expect(toHex(made)).to.equal('c7')
    const hashed = cpHash('0002a4a50005', first.name, second.name)
    expect(auth.asked.slice(0, 2)).to.deep.equal([['prepare'], ['authorize', hashed, '04 05']])
    expect(decrypt.asked.slice(0, 3)).to.deep.equal([['prepare'], ['encrypt', 'a0a1'], ['authorize', hashed, '']])
    expect(encrypt.asked.slice(0, 2)).to.deep.equal([['prepare'], ['authorize', hashed, '']])
    expect(encrypt.asked.slice(2).map(([what, of]) => [what, of])).to.deep.equal([
      ['accept', rpHash('0001cc')],
      ['decrypt', 'cc'],
    ])
  })

  it('hide what is no TPM2B from nobody', async () => {
    const both = notedSession(4, ['decrypt', 'encrypt'])
    const { client, sent } = clientOf(answered('0007', sealed('0000', '60')))
    expect(await client.run(declared().plain, {}, { size: 5 }, [both])).to.deep.equal({ size: 7 })
    expect(sent()).to.match(/0005$/)
    expect(both.asked.map(([what]) => what)).to.deep.equal(['prepare', 'authorize', 'accept'])
  })

  describe('bring the nonces of other sessions into the first authorization (Part 1, 19.6.5)', () => {
    const noncesOf = async (
      authorizes: boolean,
      ...uses: readonly (readonly (keyof TPMA_SESSION)[])[]
    ): Promise<readonly unknown[]> => {
      const sessions = uses.map((attributes, at) => notedSession(3 + at, attributes))
      const { client } = clientOf(answered(authorizes ? '0001cc' : '0007', ...uses.map(() => sealed('0000', '00'))))
      const [auth, ...others] = sessions
      if (authorizes && auth !== undefined)
        await client.run(declared().one, { first: { ...first, auth }, second }, values, others)
      else await client.run(declared().plain, {}, { size: 5 }, sessions)
      return sessions.flatMap(({ asked }) =>
        asked.filter(([what]) => what === 'authorize').map(([, , nonces]) => nonces),
      )
    }
    for (const { name, uses, nonces, authorizes = true } of [
      { name: 'none where none hides anything', uses: [[], ['audit']], nonces: ['', ''] },
      { name: 'decrypt alone', uses: [[], ['decrypt']], nonces: ['04', ''] },
      { name: 'encrypt alone', uses: [[], ['encrypt']], nonces: ['04', ''] },
      { name: 'decrypt first', uses: [[], ['encrypt'], ['decrypt']], nonces: ['05 04', '', ''] },
      { name: 'once of a session that does both', uses: [[], ['decrypt', 'encrypt']], nonces: ['04', ''] },
      { name: 'none of its own', uses: [['decrypt', 'encrypt'], []], nonces: ['', ''] },
      { name: 'not of its own, but of the other', uses: [['encrypt'], ['decrypt']], nonces: ['04', ''] },
      { name: 'none where the first authorizes nothing', uses: [[], ['decrypt']], nonces: ['', ''], authorizes: false },
    ] as const)
      it(name, async () => {
        expect(await noncesOf(authorizes, ...uses)).to.deep.equal(nonces)
      })
  })

  it('read a handle that is returned in front of the parameters, with sessions and without', async () => {
    const plain = clientOf('800100000010000000008000000a0007')
    expect(await plain.client.run(declared().loads, {}, {})).to.deep.equal({ handle: 0x8000000a, size: 7 })
    const { client } = clientOf('80020000001a00000000' + '8000000a' + '00000002' + '0007' + '0000' + '00' + '0001ff')
    expect(await client.run(declared().loads, {}, {}, [notedSession(3, [])])).to.deep.equal({
      handle: 0x8000000a,
      size: 7,
    })
    expect(await clientOf('80010000000c000000000007').client.run(declared().plain, {}, { size: 1 })).to.deep.equal({
      size: 7,
    })
  })
})
