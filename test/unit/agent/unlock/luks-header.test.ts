import { expect } from 'chai'
import { KeyslotError } from '../../../../core/keys/index.ts'
import { LuksHeader, ownTokenJson } from '../../../../agent/unlock/luks-header.ts'

const machineId = Uint8Array.from({ length: 16 }, (_, i) => i)
const serverId = 'ab'.repeat(32)
const own = { type: 'pbkdf2', hash: 'sha512', iterations: 1000, salt: 's' }
const people = { type: 'argon2id', time: 4, memory: 65536, cpus: 4, salt: 's' }

function header(
  tokens: Record<string, unknown>,
  keyslots: Record<string, unknown> = { '0': { kdf: people } },
): LuksHeader {
  return new LuksHeader('/dev/vda', new Uint8Array(16), JSON.stringify({ keyslots, tokens }))
}

describe('LuksHeader', () => {
  it('finds the keyslot that our token names', () => {
    const token: unknown = JSON.parse(ownTokenJson({ keyslot: 3, machineId, serverId }))
    expect(header({ '0': token }).ownKeyslots).to.deep.equal([{ keyslot: 3, machineId, serverId }])
  })

  const strangers: readonly { name: string; token: unknown }[] = [
    { name: 'another type', token: { type: 'clevis', keyslots: ['1'] } },
    { name: 'no machine', token: { type: 'bootlatch', keyslots: ['1'], server: serverId } },
    {
      name: 'two keyslots',
      token: { ...(JSON.parse(ownTokenJson({ keyslot: 1, machineId, serverId })) as object), keyslots: ['1', '2'] },
    },
    {
      name: 'a field of nobody',
      token: { ...(JSON.parse(ownTokenJson({ keyslot: 1, machineId, serverId })) as object), more: 1 },
    },
  ]
  for (const { name, token } of strangers) {
    it(`leaves alone a token with ${name}`, () => {
      expect(header({ '0': token }).ownKeyslots).to.deep.equal([])
    })
  }

  it('finds the lowest free keyslot, or none', () => {
    const taken = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, slot) => [slot, { kdf: people }]))
    expect(header({}, { '0': { kdf: people }, '2': { kdf: people } }).freeKeyslot).to.equal(1)
    expect(header({}, taken(32)).freeKeyslot).to.equal(undefined)
  })

  const slots: readonly { name: string; kdf?: object; tokens?: Record<string, unknown>; orphan: boolean }[] = [
    { name: 'made as the agent makes it, named by nobody', kdf: own, orphan: true },
    { name: 'made by a person', kdf: people, orphan: false },
    { name: 'made with more iterations', kdf: { ...own, iterations: 2000 }, orphan: false },
    { name: 'that a token names', kdf: own, tokens: { '0': { type: 'systemd-tpm2', keyslots: ['1'] } }, orphan: false },
    { name: 'that is not there', orphan: false },
  ]
  for (const { name, kdf, tokens = {}, orphan } of slots) {
    it(`${orphan ? 'takes' : 'does not take'} a keyslot ${name} for one that a crash left`, () => {
      expect(header(tokens, kdf === undefined ? {} : { '1': { kdf } }).isOrphan(1)).to.equal(orphan)
    })
  }

  for (const text of ['', '{', '[]', '{}', '{"keyslots":{"x":{}},"tokens":{}}', '{"keyslots":{},"tokens":{"0":{}}}']) {
    it(`refuses ${text || 'nothing'} as a header`, () => {
      expect(() => new LuksHeader('/dev/vda', new Uint8Array(16), text))
        .to.throw(KeyslotError)
        .with.property('problem', 'header-malformed')
    })
  }
})
