import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import {
  createPassphraseVault,
  KeyError,
  KeyVault,
  openPassphraseVault,
  SecretBytes,
  type PassphraseCost,
} from '../../../../policy-server/keys/index.ts'

const random = (size: number): Uint8Array => Uint8Array.from(randomBytes(size))
const cheap: PassphraseCost = { memoryKiB: 8, passes: 1, lanes: 1 }
const passphrase = (text: string): SecretBytes => new SecretBytes(new TextEncoder().encode(text))
const context = { purpose: 'challenge-key', version: 1 } as const

async function problemOf(file: Uint8Array, words = 'correct horse'): Promise<string> {
  try {
    await openPassphraseVault(file, passphrase(words), random)
    return 'opened'
  } catch (error) {
    if (error instanceof KeyError) return error.problem
    throw error
  }
}

describe('passphrase vault', () => {
  let file: Uint8Array
  before(async () => {
    file = await createPassphraseVault(passphrase('correct horse'), random, cheap)
  })

  it('gives the same root key at each opening', async () => {
    const [first, second] = await Promise.all(
      [1, 2].map(
        async () => new KeyVault(await openPassphraseVault(file, passphrase('correct horse'), random), random),
      ),
    )
    const wrapped = await first!.wrap(context, Uint8Array.of(1, 2, 3))
    expect(await second!.unwrap(context, wrapped)).to.deep.equal(Uint8Array.of(1, 2, 3))
  })

  it('refuses another passphrase', async () => {
    for (const words of ['correct horsf', 'correct horse ', 'x']) {
      expect(await problemOf(file, words), words).to.equal('keys/wrong-passphrase')
    }
  })

  it('refuses a file of which any byte was altered', async () => {
    for (let at = 0; at < file.length; at += 1) {
      const altered = Uint8Array.from(file)
      altered[at]! ^= 1
      expect(await problemOf(altered), `byte ${at}`).to.match(/^keys\//)
    }
  })

  it('refuses every prefix, and one byte more', async () => {
    for (let size = 0; size < file.length; size += 1) {
      expect(await problemOf(file.subarray(0, size)), `${size} bytes`).to.equal('keys/damaged-vault')
    }
    expect(await problemOf(Uint8Array.of(...file, 0))).to.equal('keys/damaged-vault')
  })

  it('says so where a newer version wrote it', async () => {
    const newer = Uint8Array.from(file)
    newer[4] = 2
    expect(await problemOf(newer)).to.equal('keys/unknown-vault-version')
  })

  it('takes no memory for a cost beyond all reason', async () => {
    for (const [field, offset, tooMuch] of [
      ['memoryKiB', 5, 4 * 1024 * 1024],
      ['passes', 9, 64],
      ['lanes', 13, 64],
    ] as const) {
      for (const value of [0, tooMuch, 0xffff_ffff]) {
        const costly = Uint8Array.from(file)
        new DataView(costly.buffer).setUint32(offset, value)
        expect(await problemOf(costly), `${field} ${value}`).to.equal('keys/damaged-vault')
      }
    }
  })

  it('refuses less memory than its lanes take', async () => {
    for (const [memoryKiB, lanes] of [
      [7, 1],
      [8, 2],
      [127, 16],
    ] as const) {
      const altered = Uint8Array.from(file)
      new DataView(altered.buffer).setUint32(5, memoryKiB)
      new DataView(altered.buffer).setUint32(13, lanes)
      expect(await problemOf(altered), `${memoryKiB} KiB`).to.equal('keys/damaged-vault')
    }
  })

  it('opens what was made at the recommended cost', async () => {
    const usual = await createPassphraseVault(passphrase('correct horse'), random)
    expect(await problemOf(usual)).to.equal('opened')
  })
})
