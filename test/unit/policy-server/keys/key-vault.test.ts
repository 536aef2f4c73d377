import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { expect } from 'chai'
import fc from 'fast-check'
import { pino } from 'pino'
import { toHex } from '../../../../core/bytes/index.ts'
import {
  KeyError,
  KeyVault,
  rootKeyInMemory,
  SecretBytes,
  type GroupContext,
  type KeyContext,
} from '../../../../policy-server/keys/index.ts'

const random = (size: number): Uint8Array => Uint8Array.from(randomBytes(size))
const protection = { provider: 'test', warnings: [] }
const newVault = (): KeyVault => new KeyVault(rootKeyInMemory(new SecretBytes(random(32)), protection, random), random)
const bytes = (value: number): Uint8Array => new Uint8Array(16).fill(value)
const problemOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof KeyError) return error.problem
    throw error
  }
  return 'none'
}

describe('KeyVault', () => {
  const context: GroupContext = { purpose: 'volume-key', machineId: bytes(1), volumeId: bytes(2), version: 3 }
  const elsewhere: readonly GroupContext[] = [
    { ...context, purpose: 'state-key' },
    { ...context, machineId: bytes(9) },
    { ...context, volumeId: bytes(9) },
    { ...context, version: 4 },
    { purpose: 'volume-key', machineId: bytes(1), version: 3 },
    { purpose: 'volume-key', volumeId: bytes(2), version: 3 },
    // The same bytes, divided otherwise between the two ids.
    { ...context, machineId: Uint8Array.of(...bytes(1), ...bytes(2)), volumeId: new Uint8Array(0) },
  ]

  it('opens what it wrapped, in the same context', async () => {
    const vault = newVault()
    const group = await vault.openGroupKey(await vault.createGroupKey('web'))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (plaintext) => {
        expect(group.unwrap(context, group.wrap(context, plaintext))).to.deep.equal(plaintext)
      }),
      { numRuns: 50 },
    )
  })

  it('says what protects it', () => {
    expect(newVault().protection).to.equal(protection)
  })

  it('opens nothing in another context', async () => {
    const vault = newVault()
    const group = await vault.openGroupKey(await vault.createGroupKey('web'))
    const wrapped = group.wrap(context, bytes(7))
    for (const other of elsewhere) expect(problemOf(() => group.unwrap(other, wrapped))).to.equal('keys/unwrap-failed')
  })

  it('opens nothing under the key of another group', async () => {
    const vault = newVault()
    const web = await vault.openGroupKey(await vault.createGroupKey('web'))
    const db = await vault.openGroupKey(await vault.createGroupKey('db'))
    expect(problemOf(() => db.unwrap(context, web.wrap(context, bytes(7))))).to.equal('keys/unwrap-failed')
  })

  it('does not take the key of one group for that of another, nor one version for another', async () => {
    const vault = newVault()
    const web = await vault.createGroupKey('web')
    for (const other of [
      { ...web, group: 'db' },
      { ...web, version: 2 },
    ]) {
      const failure = await vault.openGroupKey(other).catch((error: unknown) => error)
      expect(failure).to.be.instanceOf(KeyError).with.property('problem', 'keys/unwrap-failed')
    }
  })

  it('refuses a wrapped key of which any byte was altered or is missing', async () => {
    const vault = newVault()
    const group = await vault.openGroupKey(await vault.createGroupKey('web'))
    const wrapped = group.wrap(context, bytes(7))
    for (let at = 0; at < wrapped.length; at += 1) {
      const altered = Uint8Array.from(wrapped)
      altered[at]! ^= 0x80
      expect(
        problemOf(() => group.unwrap(context, altered)),
        `byte ${at}`,
      ).to.equal('keys/unwrap-failed')
      expect(
        problemOf(() => group.unwrap(context, wrapped.subarray(0, at))),
        `prefix ${at}`,
      ).to.equal('keys/unwrap-failed')
    }
  })

  it('never wraps to the same bytes twice', async () => {
    const context: KeyContext = { purpose: 'challenge-key', version: 1 }
    const vault = newVault()
    expect(await vault.wrap(context, bytes(7))).to.not.deep.equal(await vault.wrap(context, bytes(7)))
  })

  it('opens nothing after it was closed', async () => {
    const vault = newVault()
    const wrapped = await vault.createGroupKey('web')
    const group = await vault.openGroupKey(wrapped)
    vault.close()
    expect(() => group.wrap(context, bytes(7))).to.throw(TypeError)
    const failure = await vault.openGroupKey(wrapped).catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(TypeError)
  })
})

describe('SecretBytes', () => {
  const key = random(32)
  const secret = new SecretBytes(Uint8Array.from(key))

  it('shows itself in no text, record or log', () => {
    const lines: string[] = []
    const log = pino({ base: null }, { write: (line: string) => void lines.push(line) })
    log.info({ secret, deep: { er: [secret] } }, 'a mistake')
    const shown = [
      String(secret),
      JSON.stringify({ secret }),
      inspect({ deep: [secret] }, { depth: 9 }),
      ...lines,
    ].join('\n')
    for (const form of [toHex(key), Buffer.from(key).toString('base64'), key.join(',')]) {
      expect(shown).to.not.include(form)
    }
    expect(shown).to.include('[secret]')
  })

  it('overwrites its bytes when it is forgotten', () => {
    const bytes = secret.reveal()
    secret.forget()
    expect(bytes).to.deep.equal(new Uint8Array(32))
    expect(() => secret.reveal()).to.throw(TypeError)
  })
})
