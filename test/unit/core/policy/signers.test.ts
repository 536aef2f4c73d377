import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { expect } from 'chai'
import { parseSigners } from '../../../../core/policy/index.ts'
import { signingKeyOf } from '../../../../core/signing/index.ts'
import { refusalOf } from '../../../fakes/refused-document.ts'

const pairOf = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve })
const [ann, bob, eve] = [pairOf('P-256'), pairOf('P-384'), generateKeyPairSync('ed25519')]
const pemOf = (key: KeyObject) => {
  const type = key.type === 'private' ? 'pkcs8' : 'spki'
  return JSON.stringify(key.export({ format: 'pem', type }).toString())
}
const keyLine = (key: KeyObject, more = '') => `{ publicKey: ${pemOf(key)}${more} }`
const textOf = (required: number, engineers: readonly string[]) =>
  `kind: Signers\nname: signers\nrequired: ${required}\nengineers:\n${engineers.map((line) => `  ${line}\n`).join('')}`
const read = (text: string) => parseSigners(text, 'signers.yaml')
const refusal = (text: string) => refusalOf(text, read)
const three = [
  `ann: [${keyLine(ann.publicKey)}]`,
  `bob: [${keyLine(bob.publicKey, ', until: 2027-01-01T00:00:00+01:00')}]`,
  `eve: [${keyLine(eve.publicKey, ', retired: left')}]`,
]

describe('a list of signers', () => {
  it('knows keys by their ids, with engineer, end and whether they are retired', () => {
    const { keyring, required, name } = read(textOf(2, three))
    const told = [...keyring.values()].map(({ keyId, engineer, untilUnixMs, isRetired, algorithm }) => [
      keyId,
      engineer,
      algorithm,
      untilUnixMs,
      isRetired,
    ])
    const idOf = (key: KeyObject) => signingKeyOf(key)?.keyId
    expect([name, required]).to.deep.equal(['signers', 2])
    expect(told).to.deep.equal([
      [idOf(ann.publicKey), 'ann', 'ES256', undefined, false],
      [idOf(bob.publicKey), 'bob', 'ES384', Date.UTC(2026, 11, 31, 23), false],
      [idOf(eve.publicKey), 'eve', 'EdDSA', undefined, true],
    ])
    expect([...keyring.keys()]).to.deep.equal([...keyring.values()].map(({ keyId }) => keyId))
  })
  it('warns where one person is enough, or where one who is lost stops everything', () => {
    const warnings = (required: number) => read(textOf(required, three)).warnings
    expect(warnings(0)).to.deep.equal(['required 0: any operator alone puts documents in force'])
    expect(warnings(1)).to.deep.equal(['required 1: whoever holds one key alone puts documents in force'])
    expect(warnings(2)).to.deep.equal(["required 2: the loss of one engineer's key stops every change"])
    const third = `cy: [${keyLine(pairOf('P-256').publicKey)}]`
    expect(read(textOf(2, [...three, third])).warnings).to.deep.equal([])
  })
  it('counts engineers and not keys, and no key that is retired', () => {
    const two = `ann: [${keyLine(ann.publicKey)}, ${keyLine(bob.publicKey)}]`
    expect(refusal(textOf(2, [two]))).to.deep.equal(['asks for 2 engineers, and 1 have a key that is not retired', '2'])
    expect(refusal(textOf(3, three))[0]).to.equal('asks for 3 engineers, and 2 have a key that is not retired')
    const aged = `ann: [${keyLine(ann.publicKey, ', retired: lost')}, ${keyLine(bob.publicKey)}]`
    expect(read(textOf(1, [aged])).keyring.size).to.equal(2)
  })
  it('gives no key to two, and to nobody twice', () => {
    const [reason, at] = refusal(textOf(1, [`ann: [${keyLine(ann.publicKey)}]`, `bob: [${keyLine(ann.publicKey)}]`]))
    expect(reason).to.equal('is a key of ann already')
    expect(at).to.match(/^"-----BEGIN PUBLIC KEY-----/)
    const twice = `ann: [${keyLine(ann.publicKey)}, ${keyLine(ann.publicKey, ', retired: lost')}]`
    expect(refusal(textOf(1, [twice]))[0]).to.equal('is a key of ann already')
  })

  const bad: readonly (readonly [what: string, key: string, reason: string | RegExp])[] = [
    ['a private key', pemOf(ann.privateKey), 'is no PEM of a public key'],
    [
      'a private key behind a public one',
      JSON.stringify([ann.publicKey, ann.privateKey].map((key) => JSON.parse(pemOf(key)) as string).join('')),
      'is no PEM of a public key',
    ],
    [
      'an RSA key',
      pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey),
      'is no key of P-256, P-384 or Ed25519',
    ],
    ['a key of another curve', pemOf(pairOf('secp256k1').publicKey), 'is no key of P-256, P-384 or Ed25519'],
    [
      'a PEM of nothing',
      '"-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----\\n"',
      'is no PEM of a public key',
    ],
    [
      'a certificate',
      '"-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----\\n"',
      'is no PEM of a public key',
    ],
    ['words before the PEM', `"ann ${pemOf(ann.publicKey).slice(1)}`, 'is no PEM of a public key'],
    ['a PEM that is too long', `"${'-'.repeat(1025)}"`, /^Too big/],
  ]
  for (const [what, key, reason] of bad)
    it(`refuses ${what}, where it stands`, () => {
      const [said, at] = refusal(textOf(0, [`ann: [{ publicKey: ${key} }]`]))
      if (typeof reason === 'string') expect(said).to.equal(reason)
      else expect(said).to.match(reason)
      expect(at).to.match(/^(publicKey: )?"/)
    })

  const fine = `ann: [${keyLine(ann.publicKey)}]`
  const odd: readonly (readonly [what: string, text: string, reason: RegExp])[] = [
    ['another name', textOf(0, [fine]).replace('name: signers', 'name: others'), /signers/],
    ['a negative number', textOf(-1, [fine]), /Too small/],
    ['more than may be asked for', textOf(17, [fine]), /Too big/],
    ['nobody', 'kind: Signers\nname: signers\nrequired: 0\nengineers: {}\n', /names nobody/],
    ['an engineer without a key', textOf(0, ['ann: []']), /Too small/],
    [
      'a key without an end to its reason',
      textOf(0, [`ann: [${keyLine(ann.publicKey, ', retired: " "')}]`]),
      /Too small/,
    ],
    [
      'a time without a zone',
      textOf(0, [`ann: [${keyLine(ann.publicKey, ', until: 2027-01-01T00:00:00')}]`]),
      /a time is written/,
    ],
    [
      'too many engineers',
      textOf(
        0,
        Array.from({ length: 257 }, (_, n) => `e${n}: [{ publicKey: x }]`),
      ),
      /too many engineers/,
    ],
    [
      'too many keys',
      textOf(0, [`ann: [${Array.from({ length: 17 }, () => '{ publicKey: x }').join(', ')}]`]),
      /Too big/,
    ],
  ]
  for (const [what, text, reason] of odd)
    it(`refuses ${what}`, () => {
      expect(refusal(text)[0]).to.match(reason)
    })
})
