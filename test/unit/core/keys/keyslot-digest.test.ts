import { expect } from 'chai'
import { toHex } from '../../../../core/bytes/index.ts'
import { KeyslotError, keyslotDigest } from '../../../../core/keys/index.ts'

/** The shape cryptsetup 2.6 writes, shortened. */
const header = () => ({
  keyslots: {
    '0': keyslot('salt-of-0'),
    '1': keyslot('salt-of-1'),
  } as Record<string, ReturnType<typeof keyslot>>,
  tokens: {} as Record<string, unknown>,
  segments: {
    '0': {
      type: 'crypt',
      offset: '16777216',
      size: 'dynamic',
      iv_tweak: '0',
      encryption: 'aes-xts-plain64',
      sector_size: 4096,
    },
  },
  digests: {
    '0': {
      type: 'pbkdf2',
      keyslots: ['0', '1'],
      segments: ['0'],
      hash: 'sha256',
      iterations: 1000,
      salt: 'c2FsdA==',
      digest: 'ZGlnZXN0',
    },
  },
  config: { json_size: '12288', keyslots_size: '16744448' },
})
const keyslot = (salt: string) => ({
  type: 'luks2',
  key_size: 64,
  af: { type: 'luks1', stripes: 4000, hash: 'sha256' },
  area: { type: 'raw', offset: '32768', size: '258048', encryption: 'aes-xts-plain64', key_size: 64 },
  kdf: { type: 'argon2id', time: 4, memory: 32, cpus: 2, salt },
})

type Header = ReturnType<typeof header>
const digestOf = (change: (header: Header) => void = () => undefined, slot = 1) => {
  const changed = header()
  change(changed)
  return toHex(keyslotDigest(JSON.stringify(changed), slot))
}

describe('keyslotDigest', () => {
  const unchanged = digestOf()

  const harmless: readonly { name: string; change: (header: Header) => void }[] = [
    { name: 'a token is added', change: (it) => (it.tokens['0'] = { type: 'bootlatch', keyslots: ['1'] }) },
    {
      name: 'another keyslot is removed',
      change: (it) => {
        delete it.keyslots['0']
        it.digests['0'].keyslots = ['1']
      },
    },
    { name: 'its priority changes', change: (it) => Object.assign(it.keyslots['1']!, { priority: 2 }) },
    {
      name: 'members stand in another order',
      change: (it) => (it.keyslots['1'] = Object.fromEntries(Object.entries(it.keyslots['1']!).reverse()) as never),
    },
  ]
  for (const { name, change } of harmless) {
    it(`stays when ${name}`, () => {
      expect(digestOf(change)).to.equal(unchanged)
    })
  }

  const telling: readonly { name: string; change: (header: Header) => void }[] = [
    { name: 'the salt', change: (it) => (it.keyslots['1']!.kdf.salt = 'other') },
    { name: 'the key area', change: (it) => (it.keyslots['1']!.area.offset = '290816') },
    { name: 'the digest of the volume key', change: (it) => (it.digests['0'].digest = 'b3RoZXI=') },
    { name: 'the segment', change: (it) => (it.segments['0'].offset = '0') },
  ]
  for (const { name, change } of telling) {
    it(`changes with ${name}`, () => {
      expect(digestOf(change)).not.to.equal(unchanged)
    })
  }

  it('differs between keyslots', () => {
    expect(digestOf(undefined, 0)).not.to.equal(unchanged)
  })

  const refused: readonly { name: string; problem: string; text: string; slot?: number }[] = [
    { name: 'what is no JSON', problem: 'header-malformed', text: '{' },
    { name: 'a list', problem: 'header-malformed', text: '[]' },
    {
      name: 'a keyslot of another type',
      problem: 'header-malformed',
      text: edit((it) => (it.keyslots['0']!.type = 'reencrypt')),
    },
    { name: 'a keyslot that is not there', problem: 'no-such-keyslot', text: edit(), slot: 7 },
    {
      name: 'a keyslot of no volume key',
      problem: 'no-volume-key-digest',
      text: edit((it) => (it.digests['0'].keyslots = ['0'])),
    },
    {
      name: 'a volume key of no segment',
      problem: 'no-volume-key-digest',
      text: edit((it) => (it.digests['0'].segments = [])),
    },
    {
      name: 'a segment that is missing',
      problem: 'null-cipher',
      text: edit((it) => (it.digests['0'].segments = ['3'])),
    },
    {
      name: 'a keyslot under the null cipher',
      problem: 'null-cipher',
      text: edit((it) => (it.keyslots['1']!.area.encryption = 'cipher_null-ecb')),
    },
    {
      name: 'a segment under the null cipher',
      problem: 'null-cipher',
      text: edit((it) => (it.segments['0'].encryption = 'cipher_null-ecb')),
    },
    { name: 'more text than a header holds', problem: 'header-too-large', text: ' '.repeat((4 << 20) + 1) },
  ]
  for (const { name, problem, text, slot = 1 } of refused) {
    it(`refuses ${name}`, () => {
      expect(() => keyslotDigest(text, slot))
        .to.throw(KeyslotError)
        .with.property('problem', problem)
    })
  }
})

function edit(change: (header: Header) => unknown = () => undefined): string {
  const changed = header()
  change(changed)
  return JSON.stringify(changed)
}
