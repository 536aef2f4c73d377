import { expect } from 'chai'
import { createHmac } from 'node:crypto'
import { concat, fromHex, toHex } from '../../../../core/bytes/index.ts'
import { ALG, kdfa, passwordSession, RH, TPMA_SESSION, type TPMT_SYM_DEF } from '../../../../core/tpm/index.ts'
import { AuthSession, ResponseAuthError } from '../../../../core/tpm/client-session.ts'

const [key, nonceTPM, cpHash, rpHash] = [fromHex('0102'), fromHex('7070'), fromHex('c0'), fromHex('f0')]
const empty = new Uint8Array(0)
const xor: TPMT_SYM_DEF = { algorithm: ALG.xor, hash: ALG.sha256 }

/** A session whose nonces are 01.., 02.. and so on, each of the size of the hash. */
function sessionOf(secrets = { key, nonceTPM }, hash: number = ALG.sha256): AuthSession {
  let drawn = 0
  const random = (size: number) => new Uint8Array(size).fill(++drawn)
  return new AuthSession(0x02000001, { hash, symmetric: xor, random }, secrets)
}
const nonceCaller = (drawn: number) => new Uint8Array(32).fill(drawn)
const hmac = (by: Uint8Array, ...parts: readonly Uint8Array[]) =>
  new Uint8Array(
    createHmac('sha256', by)
      .update(concat(...parts))
      .digest(),
  )
const continued = Uint8Array.of(1)

describe('a password', () => {
  it('is written as it is, with no nonce, and hides no parameter', () => {
    const session = passwordSession(fromHex('aa'))
    session.prepare()
    expect(session.authorize(cpHash, [])).to.deep.equal({
      sessionHandle: RH.password,
      nonce: empty,
      attributes: TPMA_SESSION.of('continueSession'),
      hmac: fromHex('aa'),
    })
    expect([session.handle, session.hash, session.nonceTPM]).to.deep.equal([RH.password, undefined, empty])
    expect(session.encryptParameter(cpHash)).to.deep.equal(cpHash)
    expect(session.decryptParameter(rpHash)).to.deep.equal(rpHash)
  })
  it('is empty unless it is given', () => {
    expect(passwordSession().authorize(cpHash, []).hmac).to.deep.equal(empty)
  })
  it('takes any response: nothing in it could be checked', () => {
    const response = { nonce: empty, attributes: TPMA_SESSION.of(), hmac: fromHex('ff') }
    expect(() => {
      passwordSession().accept(rpHash, response)
    }).not.to.throw()
  })
})

describe('AuthSession', () => {
  it('goes on unless it is told otherwise, and knows the hash and nonce of the TPM', () => {
    const session = sessionOf()
    expect(session.handle).to.equal(0x02000001)
    expect(session.hash).to.equal(ALG.sha256)
    expect(session.nonceTPM).to.deep.equal(nonceTPM)
    expect(session.attributes).to.deep.equal(TPMA_SESSION.of('continueSession'))
  })

  it('authorizes by an HMAC under its key, over its newest nonce and the TPM’s', () => {
    const session = sessionOf()
    session.prepare()
    const { nonce, hmac: mac, sessionHandle, attributes } = session.authorize(cpHash, [])
    expect({ sessionHandle, nonce }).to.deep.equal({ sessionHandle: 0x02000001, nonce: nonceCaller(1) })
    expect(attributes).to.deep.equal(TPMA_SESSION.of('continueSession'))
    expect(mac).to.deep.equal(hmac(key, cpHash, nonceCaller(1), nonceTPM, continued))
    session.prepare()
    expect(session.authorize(cpHash, []).nonce).to.deep.equal(nonceCaller(2))
  })
  it('draws nonces of the size of its hash', () => {
    const session = sessionOf({ key, nonceTPM }, ALG.sha1)
    session.prepare()
    expect(session.authorize(cpHash, []).nonce).to.have.length(20)
    expect(session.authorize(cpHash, []).hmac).to.have.length(20)
  })
  it('takes in the nonces of the other sessions and its attributes', () => {
    const session = sessionOf().with({ attributes: ['decrypt', 'encrypt'] })
    session.prepare()
    const other = fromHex('dddd')
    expect(session.attributes).to.deep.equal(TPMA_SESSION.of('decrypt', 'encrypt'))
    expect(session.authorize(cpHash, [other]).hmac).to.deep.equal(
      hmac(key, cpHash, nonceCaller(1), nonceTPM, other, Uint8Array.of(0x60)),
    )
  })
  it('authorizes an entity by its authValue, without trailing zeros, behind its own key', () => {
    const session = sessionOf().with({ authValue: fromHex('a1a20000') })
    session.prepare()
    expect(session.authorize(cpHash, []).hmac).to.deep.equal(
      hmac(fromHex('0102a1a2'), cpHash, nonceCaller(1), nonceTPM, continued),
    )
  })
  it('leaves the authValue out of the HMAC where it is bound to the entity, but not out of the encryption', () => {
    const session = sessionOf().with({ authValue: fromHex('a1'), isBound: true })
    session.prepare()
    expect(session.authorize(cpHash, []).hmac).to.deep.equal(hmac(key, cpHash, nonceCaller(1), nonceTPM, continued))
    const mask = kdfa(ALG.sha256, fromHex('0102a1'), 'XOR', nonceCaller(1), nonceTPM, 16)
    expect(session.encryptParameter(fromHex('0000'))).to.deep.equal(mask)
  })
  it('keeps what `with` does not name, and gives itself back', () => {
    const session = sessionOf()
    expect(session.with({ attributes: ['audit'], authValue: fromHex('a1'), isBound: true })).to.equal(session)
    session.with({})
    session.prepare()
    expect(session.attributes).to.deep.equal(TPMA_SESSION.of('audit'))
    const bound = hmac(key, cpHash, nonceCaller(1), nonceTPM, Uint8Array.of(0x80))
    expect(session.authorize(cpHash, []).hmac).to.deep.equal(bound)
    session.with({ isBound: false })
    const unbound = hmac(fromHex('0102a1'), cpHash, nonceCaller(1), nonceTPM, Uint8Array.of(0x80))
    expect(session.authorize(cpHash, []).hmac).to.deep.equal(unbound)
  })
  it('has an empty HMAC where there is no secret at all, as a policy session may', () => {
    const session = sessionOf({ key: empty, nonceTPM })
    session.prepare()
    expect(session.authorize(cpHash, []).hmac).to.deep.equal(empty)
    expect(session.with({ authValue: fromHex('a1') }).authorize(cpHash, []).hmac).to.have.length(32)
  })

  it('hides parameters by both nonces, the newer first, whoever sends', () => {
    const session = sessionOf()
    session.prepare()
    const data = fromHex('000000')
    const mask = (newer: Uint8Array, older: Uint8Array) => kdfa(ALG.sha256, key, 'XOR', newer, older, 24)
    expect(session.encryptParameter(data)).to.deep.equal(mask(nonceCaller(1), nonceTPM))
    expect(session.decryptParameter(data)).to.deep.equal(mask(nonceTPM, nonceCaller(1)))
  })
  it('hides parameters by its cipher, in the right direction', () => {
    const made = { hash: ALG.sha256, symmetric: { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb } as const }
    const sender = new AuthSession(1, { ...made, random: () => fromHex('aa') }, { key, nonceTPM: fromHex('bb') })
    const receiver = new AuthSession(1, { ...made, random: () => fromHex('bb') }, { key, nonceTPM: fromHex('aa') })
    for (const session of [sender, receiver]) session.prepare()
    const text = fromHex('00112233445566778899aabbccddeeff00')
    const hidden = sender.encryptParameter(text)
    expect(hidden).to.not.deep.equal(text)
    expect(receiver.decryptParameter(hidden)).to.deep.equal(text)
  })

  describe('of a response', () => {
    const answer = (changed: { readonly nonce?: Uint8Array; readonly attributes?: TPMA_SESSION } = {}) => {
      const nonce = changed.nonce ?? fromHex('7171')
      return { nonce, attributes: changed.attributes ?? TPMA_SESSION.of('continueSession') }
    }
    const mac = (by: Uint8Array, nonce: Uint8Array) => hmac(by, rpHash, nonce, nonceCaller(1), continued)
    const asked = () => {
      const session = sessionOf()
      session.prepare()
      return session
    }
    it('takes the HMAC over the TPM’s new nonce, which the next command answers', () => {
      const session = asked()
      session.accept(rpHash, { ...answer(), hmac: mac(key, fromHex('7171')) })
      expect(toHex(session.nonceTPM)).to.equal('7171')
      session.prepare()
      expect(session.authorize(cpHash, []).hmac).to.deep.equal(
        hmac(key, cpHash, nonceCaller(2), fromHex('7171'), continued),
      )
    })
    it('refuses what somebody changed: hash, nonce, attributes, or HMAC', () => {
      const right = mac(key, fromHex('7171'))
      for (const [name, parameterHash, response] of [
        ['hash', cpHash, { ...answer(), hmac: right }],
        ['nonce', rpHash, { ...answer({ nonce: fromHex('7272') }), hmac: right }],
        ['attributes', rpHash, { ...answer({ attributes: TPMA_SESSION.of() }), hmac: right }],
        ['HMAC', rpHash, { ...answer(), hmac: right.map((byte) => byte ^ 1) }],
        ['no HMAC', rpHash, { ...answer(), hmac: empty }],
      ] as const) {
        const session = asked()
        expect(() => {
          session.accept(parameterHash, response)
        }, name)
          .to.throw(ResponseAuthError, 'the response is not authentic')
          .with.property('name', 'ResponseAuthError')
        expect(session.nonceTPM, 'nothing of it is kept').to.deep.equal(nonceTPM)
      }
    })
  })
})
