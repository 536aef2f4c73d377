import { expect } from 'chai'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stateKeyFrom } from '../../../../agent/compat/given-key.ts'
import { keyBeside } from '../../../../agent/compat/key-beside.ts'
import { readKeyOption } from '../../../../agent/compat/key-option.ts'
import { UsageError } from '../../../../agent/compat/usage-error.ts'
import { toHex } from '../../../../core/bytes/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'bootlatch-compat-'))
const file = join(folder, 'key')
const keyOf = (content: string | Uint8Array, words = ''): string => {
  writeFileSync(file, content)
  return toHex(stateKeyFrom(readKeyOption('key', `file=${file}${words}`)))
}
const passphrase = (content: string): string => {
  writeFileSync(file, content)
  return toHex(stateKeyFrom(readKeyOption('key', `pwdfile=${file},mode=aes-256-cbc`)))
}

after(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('a key on the command line of swtpm', () => {
  it('is the state key if it has 32 bytes', () => {
    const key = 'a5'.repeat(32)
    expect(keyOf(`${key}\n`, ',mode=aes-256-cbc')).to.equal(key)
    expect(keyOf(`0x${key.toUpperCase()}`, ',mode=aes-256-cbc')).to.equal(key)
    expect(keyOf(new Uint8Array(32).fill(0xa5), ',mode=aes-256-cbc,format=binary')).to.equal(key)
  })

  it('is drawn out if it has 16', () => {
    const key = keyOf('11'.repeat(16))
    expect(key).to.have.length(64).and.not.include('11'.repeat(16))
    expect(keyOf(new Uint8Array(16).fill(0x11), ',format=binary')).to.equal(key)
    expect(keyOf('12'.repeat(16))).to.not.equal(key)
  })

  it('is derived from a passphrase, with or without the end of its line', () => {
    expect(passphrase('open sesame')).to.equal(passphrase('open sesame\n')).and.not.equal(passphrase('open sesam'))
  })

  it('is read from a descriptor', () => {
    writeFileSync(file, '11'.repeat(16))
    expect(toHex(stateKeyFrom(readKeyOption('key', `fd=${openSync(file, 'r')}`)))).to.equal(keyOf('11'.repeat(16)))
  })

  it('is removed where that is asked for', () => {
    keyOf('11'.repeat(16), ',remove=true')
    expect(existsSync(file)).to.equal(false)
  })

  for (const [what, content, words] of [
    ['too short', '11'.repeat(15), ''],
    ['too long', '11'.repeat(17), ''],
    ['no hexadecimal', 'zz'.repeat(16), ''],
    ['empty', '', ''],
    ['of bytes too many', new Uint8Array(17), ',format=binary'],
    ['as long as no key is', new Uint8Array(2000), ',format=binary'],
  ] as const)
    it(`is refused if it is ${what}`, () => {
      expect(() => keyOf(content, words)).to.throw(UsageError)
    })
})

describe('a key beside the state', () => {
  const environment = {}

  it('is made once, for its owner alone, and said to be no protection', async () => {
    const state = mkdtempSync(join(folder, 'state-'))
    const said: string[] = []
    const warn = (text: string): void => {
      said.push(text)
    }
    const first = await keyBeside(state, { warn, environment })
    expect(await keyBeside(state, { warn, environment })).to.deep.equal(first)
    expect(new Uint8Array(readFileSync(join(state, 'vtpm.key')))).to.deep.equal(first)
    expect(statSync(join(state, 'vtpm.key')).mode & 0o777).to.equal(0o600)
    expect(said).to.have.length(2)
    expect(said[0]).to.include('--key')
  })

  it('is refused where the environment demands another', async () => {
    const demanding = { warn: () => undefined, environment: { BOOTLATCH_REQUIRE_KEY: '1' } }
    const refused = await keyBeside(folder, demanding).catch((error: unknown) => error)
    expect(refused).to.be.instanceOf(UsageError)
  })
})
