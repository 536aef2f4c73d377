import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import {
  passphraseCredential,
  PassphraseError,
  PromptInterrupted,
  readPassphrase,
  type PassphraseSource,
  type Terminal,
} from '../../../../policy-server/keys/index.ts'

/** A terminal at which the lines are typed one after the other, each once it is asked for. */
function typing(...answers: readonly string[]): {
  readonly terminal: Terminal
  readonly shown: () => string
  readonly raw: boolean[]
} {
  const input = Object.assign(new PassThrough(), {
    setRawMode: (on: boolean) => {
      raw.push(on)
    },
  }) as unknown as Terminal['input'] & PassThrough
  const raw: boolean[] = []
  let shown = ''
  let next = 0
  const output = {
    write: (text: string) => {
      shown += text
      if (text.endsWith(': ')) setImmediate(() => input.write(answers[next++] ?? '\x03'))
      return true
    },
  }
  return { terminal: { input, output }, shown: () => shown, raw }
}

const read = async (source: PassphraseSource, isNew = false): Promise<string> =>
  Buffer.from((await readPassphrase(source, isNew)).reveal()).toString('utf8')
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'none',
    (error: unknown) => error,
  )

describe('readPassphrase', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'bootlatch-passphrase-'))
  })
  after(() => {
    rmSync(folder, { recursive: true })
  })
  const file = (content: string | Uint8Array, mode = 0o600): string => {
    const path = join(folder, 'passphrase')
    writeFileSync(path, content)
    chmodSync(path, mode)
    return path
  }

  for (const [content, passphrase] of [
    ['secret', 'secret'],
    ['secret\n', 'secret'],
    ['secret\r\n', 'secret'],
    ['two\nlines\n\n', 'two\nlines\n'],
    [' spaces ', ' spaces '],
  ] as const) {
    it(`takes ${JSON.stringify(content)} of a file for ${JSON.stringify(passphrase)}`, async () => {
      expect(await read({ file: file(content) })).to.equal(passphrase)
    })
  }

  for (const [what, content, mode, words] of [
    ['an empty file', '', 0o600, /is empty/],
    ['a line end alone', '\n', 0o600, /is empty/],
    ['more than 1024 bytes', 'x'.repeat(1025), 0o600, /longer than 1024/],
    ['a file that others may read', 'secret', 0o644, /chmod 600/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const failure = await failureOf(readPassphrase({ file: file(content, mode) }, false))
      expect(failure).to.be.instanceOf(PassphraseError).with.property('message').that.matches(words)
    })
  }

  it('names a file that is not there', async () => {
    const failure = await failureOf(readPassphrase({ file: join(folder, 'none') }, false))
    expect(failure)
      .to.be.instanceOf(PassphraseError)
      .with.property('message')
      .that.matches(/none: cannot be read \(ENOENT\)/)
  })

  it('takes the systemd credential where there is one', async () => {
    writeFileSync(join(folder, passphraseCredential), 'from systemd\n')
    expect(await read({ credentials: folder })).to.equal('from systemd')
    expect(await read({ credentials: folder, file: file('from file') })).to.equal('from file')
    rmSync(join(folder, passphraseCredential))
    expect(await failureOf(readPassphrase({ credentials: folder }, false))).to.be.instanceOf(PassphraseError)
  })

  it('asks once for a known passphrase and shows nothing of it', async () => {
    const { terminal, shown, raw } = typing('sécret\r')
    expect(await read({ terminal })).to.equal('sécret')
    expect(shown()).to.equal('Passphrase of the key vault: \n')
    expect(raw).to.deep.equal([true, false])
  })

  it('lets the typist correct himself', async () => {
    expect(await read({ terminal: typing('wrong\x15sé\x7f\x7f\x7fright\n').terminal })).to.equal('right')
  })

  it('asks twice for a new one', async () => {
    expect(await read({ terminal: typing('new\n', 'new\n').terminal }, true)).to.equal('new')
    expect(await failureOf(readPassphrase({ terminal: typing('new\n', 'mew\n').terminal }, true))).to.be.instanceOf(
      PassphraseError,
    )
  })

  it('gives up at Ctrl-C', async () => {
    expect(await failureOf(readPassphrase({ terminal: typing('se\x03').terminal }, false))).to.be.instanceOf(
      PromptInterrupted,
    )
  })

  it('says what to give where there is nothing to read it from', async () => {
    const failure = await failureOf(readPassphrase({}, false))
    expect(failure).to.be.instanceOf(PassphraseError).with.property('message').that.includes('--passphrase-file')
  })
})
