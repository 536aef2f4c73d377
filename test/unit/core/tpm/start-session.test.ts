import { expect } from 'chai'
import { fromHex, toHex } from '../../../../core/bytes/index.ts'
import {
  ALG,
  kdfa,
  startSession,
  sessionHmac,
  TPMA_SESSION,
  TpmClient,
  type SessionOptions,
} from '../../../../core/tpm/index.ts'
import { openSecret, rsaStorageKey } from '../../../fakes/storage-key.ts'

const nonceTPM = new Uint8Array(32).fill(0x77)
const random = (size: number) => new Uint8Array(size).fill(0x11)
const nonceCaller = random(32)
const cpHash = fromHex('cc')
const empty = new Uint8Array(0)

/** Starts a session in a TPM that starts every session, and says what it was sent. */
async function started(options: Partial<SessionOptions>) {
  let sent = ''
  const transmit = (command: Uint8Array) => {
    sent = toHex(command)
    return Promise.resolve(fromHex('80010000003000000000' + '02000003' + '0020' + toHex(nonceTPM)))
  }
  const session = await startSession(new TpmClient({ transmit }), {
    type: 'hmac',
    random,
    hash: ALG.sha256,
    ...options,
  })
  return { session, sent }
}
/** The HMAC of the first command in a session with this key. */
const expectedHmac = (key: Uint8Array) =>
  sessionHmac({
    hash: ALG.sha256,
    key,
    parameterHash: cpHash,
    nonces: { newer: nonceCaller, older: nonceTPM },
    attributes: TPMA_SESSION.of('continueSession'),
  })
const ath = (from: Uint8Array) => kdfa(ALG.sha256, from, 'ATH', nonceTPM, nonceCaller)

describe('startSession', () => {
  it('asks for a session of its kind, neither salted nor bound nor with a cipher, unless it is told', async () => {
    for (const [type, code] of [
      ['hmac', '00'],
      ['policy', '01'],
      ['trial', '03'],
    ] as const) {
      const { session, sent } = await started({ type })
      expect(sent).to.equal(
        '8001' +
          '0000003b' +
          '00000176' +
          '40000007' +
          '40000007' +
          `0020${toHex(nonceCaller)}` +
          '0000' +
          code +
          '0010' +
          '000b',
      )
      session.prepare()
      expect([session.handle, session.hash, toHex(session.nonceTPM)]).to.deep.equal([
        0x02000003,
        ALG.sha256,
        toHex(nonceTPM),
      ])
      expect(session.authorize(cpHash, []).hmac).to.deep.equal(empty)
    }
  })

  it('binds to an entity by its authValue, without trailing zeros, also if that is empty', async () => {
    for (const [authValue, key] of [
      ['a1a20000', 'a1a2'],
      ['', ''],
    ] as const) {
      const { session, sent } = await started({ bind: { handle: 0x81000005, authValue: fromHex(authValue) } })
      expect(sent).to.contain('00000176' + '40000007' + '81000005' + '0020')
      session.prepare()
      expect(session.authorize(cpHash, []).hmac).to.deep.equal(expectedHmac(ath(fromHex(key))))
    }
  })

  it('salts by a secret that only the holder of the key learns, and keeps no copy of it', async () => {
    const { publicArea } = rsaStorageKey()
    const drawn: Uint8Array[] = []
    const { session, sent } = await started({
      salt: { handle: 0x81000001, publicArea },
      bind: { handle: 0x40000001, authValue: fromHex('a1') },
      random: (size) => {
        const made = random(size)
        drawn.push(made)
        return made
      },
    })
    expect(sent).to.contain('00000176' + '81000001' + '40000001' + `0020${toHex(nonceCaller)}` + '0100')
    const at = 18 + 2 + 32 + 2
    const encryptedSalt = fromHex(sent).slice(at, at + 256)
    const salt = openSecret(encryptedSalt, 'SECRET\0')
    session.prepare()
    expect(session.authorize(cpHash, []).hmac).to.deep.equal(expectedHmac(ath(Uint8Array.of(0xa1, ...salt))))
    expect([...drawn[1]!]).to.deep.equal(Array(32).fill(0))
  })

  it('hides parameters by the cipher it agreed on', async () => {
    const symmetric = { algorithm: ALG.xor, hash: ALG.sha256 } as const
    const { session, sent } = await started({ symmetric, bind: { handle: 0x81000005, authValue: empty } })
    expect(sent).to.match(/00000a000b000b$/)
    session.prepare()
    expect(session.encryptParameter(fromHex('0000'))).to.deep.equal(
      kdfa(ALG.sha256, ath(empty), 'XOR', nonceCaller, nonceTPM, 16),
    )
  })
})
