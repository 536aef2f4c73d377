import { expect } from 'chai'
import { createCipheriv, createHash, createHmac } from 'node:crypto'
import { concat, fromHex, toHex } from '../../../../core/bytes/index.ts'
import { ALG, CC, kdfa, TPMA_SESSION, type TPMT_SYM_DEF } from '../../../../core/tpm/index.ts'
import {
  commandParameterHash,
  cryptParameter,
  responseParameterHash,
  sessionHmac,
  sessionKey,
  withoutTrailingZeros,
} from '../../../../core/tpm/session-math.ts'

const [newer, older, key] = [fromHex('0a0b'), fromHex('0c'), fromHex('010203')]
const parameters = fromHex('0002abcd')

describe('parameter hashes', () => {
  const sha256 = (hex: string) => createHash('sha256').update(fromHex(hex)).digest('hex')
  it('are of code, Names and parameters for a command', () => {
    const names = [fromHex('40000001'), fromHex('000b55')]
    expect(toHex(commandParameterHash(ALG.sha256, 0x01020304, names, parameters))).to.equal(
      sha256('01020304' + '40000001' + '000b55' + '0002abcd'),
    )
  })
  it('are of success, code and parameters for a response', () => {
    expect(toHex(responseParameterHash(ALG.sha256, CC.GetRandom, parameters))).to.equal(
      sha256('00000000' + '0000017b' + '0002abcd'),
    )
  })
})

describe('sessionKey', () => {
  const [bind, salt] = [fromHex('b1b2'), fromHex('5a')]
  const keyOf = (bindAuthValue: Uint8Array | undefined, of: Uint8Array | undefined) =>
    sessionKey({ hash: ALG.sha256, bindAuthValue, salt: of, nonceTPM: newer, nonceCaller: older })
  const ath = (from: Uint8Array) => kdfa(ALG.sha256, from, 'ATH', newer, older)
  const empty = new Uint8Array(0)

  it('is empty where the session is neither bound nor salted', () => {
    expect(keyOf(undefined, undefined)).to.deep.equal(empty)
    expect(keyOf(undefined, undefined), 'bytes of its own').to.not.equal(keyOf(undefined, undefined))
  })
  it('is made of the authValue and the salt, in that order, and of both nonces', () => {
    expect(keyOf(bind, salt)).to.deep.equal(ath(fromHex('b1b25a')))
    expect(keyOf(bind, undefined)).to.deep.equal(ath(bind))
    expect(keyOf(undefined, salt)).to.deep.equal(ath(salt))
  })
  it('is not empty for a session that is bound to an empty authValue', () => {
    expect(keyOf(empty, undefined)).to.deep.equal(ath(empty))
  })
  it('leaves what it is made of as it was', () => {
    expect([toHex(bind), toHex(salt)]).to.deep.equal(['b1b2', '5a'])
  })
})

describe('sessionHmac', () => {
  const hmac = (hex: string) => createHmac('sha256', key).update(fromHex(hex)).digest('hex')
  const attributes = TPMA_SESSION.of('continueSession', 'audit')
  const request = { hash: ALG.sha256, key, parameterHash: fromHex('ff'), nonces: { newer, older }, attributes }
  it('is of the parameter hash, the newer nonce, the older one, and the attributes', () => {
    expect(toHex(sessionHmac(request))).to.equal(hmac('ff' + '0a0b' + '0c' + '81'))
  })
  it('takes in the nonces of the sessions that decrypt and encrypt, before the attributes', () => {
    const otherNonces = [fromHex('d1'), fromHex('e1')]
    expect(toHex(sessionHmac({ ...request, otherNonces }))).to.equal(hmac('ff' + '0a0b' + '0c' + 'd1' + 'e1' + '81'))
  })
})

describe('withoutTrailingZeros', () => {
  for (const [given, expected] of [
    ['', ''],
    ['00', ''],
    ['000000', ''],
    ['01', '01'],
    ['0100', '01'],
    ['00010000', '0001'],
    ['0001', '0001'],
  ] as const)
    it(`makes ${expected === '' ? 'nothing' : expected} of ${given === '' ? 'nothing' : given}`, () => {
      expect(toHex(withoutTrailingZeros(fromHex(given)))).to.equal(expected)
    })
})

describe('cryptParameter', () => {
  const nonces = { newer, older }
  const text = fromHex('00112233445566778899aabbccddeeff0011')
  const run = (direction: 'encrypt' | 'decrypt', symmetric: TPMT_SYM_DEF, data: Uint8Array) =>
    cryptParameter(direction, { hash: ALG.sha256, symmetric, key, nonces }, data)
  const aes = (keyBits: 128 | 256) => ({ algorithm: ALG.aes, keyBits, mode: ALG.cfb }) as const

  it('is CFB under a key and an IV that both nonces make', () => {
    for (const keyBits of [128, 256] as const) {
      const made = kdfa(ALG.sha256, key, 'CFB', newer, older, keyBits + 128)
      const cipher = createCipheriv(`aes-${keyBits}-cfb`, made.subarray(0, keyBits / 8), made.subarray(keyBits / 8))
      const sealed = run('encrypt', aes(keyBits), text)
      expect(toHex(sealed)).to.equal(cipher.update(text).toString('hex'))
      expect(run('decrypt', aes(keyBits), sealed)).to.deep.equal(text)
    }
  })
  it('takes the IV from the size of the block, which Triple-DES has of its own', () => {
    const made = kdfa(ALG.sha256, key, 'CFB', newer, older, 192 + 64)
    const cipher = createCipheriv('des-ede3-cfb', made.subarray(0, 24), made.subarray(24))
    const sealed = run('encrypt', { algorithm: ALG.tdes, keyBits: 192, mode: ALG.cfb }, text)
    expect(toHex(sealed)).to.equal(cipher.update(text).toString('hex'))
  })
  it('is XOR with a mask as long as the data, by the hash of the session', () => {
    const mask = kdfa(ALG.sha256, key, 'XOR', newer, older, 8 * text.length)
    const xored = text.map((byte, at) => byte ^ mask[at]!)
    for (const hash of [ALG.sha256, ALG.sha1] as const) {
      expect(run('encrypt', { algorithm: ALG.xor, hash }, text)).to.deep.equal(xored)
      expect(run('decrypt', { algorithm: ALG.xor, hash }, xored)).to.deep.equal(text)
    }
  })
  it('makes nothing of nothing', () => {
    const empty = new Uint8Array(0)
    expect(run('encrypt', { algorithm: ALG.xor, hash: ALG.sha256 }, empty)).to.deep.equal(empty)
    expect(run('encrypt', aes(128), empty)).to.deep.equal(empty)
  })
  it('leaves key and nonces as they were', () => {
    run('encrypt', aes(128), text)
    expect(toHex(concat(newer, older, key))).to.equal('0a0b' + '0c' + '010203')
  })
  it('is asked of no session without an algorithm', () => {
    expect(() => run('encrypt', { algorithm: ALG.null }, text)).to.throw(
      TypeError,
      'the session has no symmetric algorithm',
    )
  })
})
