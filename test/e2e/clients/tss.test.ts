import { expect } from 'chai'
import { generateKeyPairSync } from 'node:crypto'
import { connect } from 'node:net'
import { once } from 'node:events'
import { type ClientBench, endBench, forgetLoaded, startBoth } from './each-tpm.ts'
import { type Programs } from './programs.ts'
import { conversations } from './tss-conversations.ts'

/** IBM's utilities speak bare commands on swtpm's data socket; each keeps its sessions in files. */
function utilitiesOf({ tpm, programs }: ClientBench): Programs {
  return programs.with({
    TPM_INTERFACE_TYPE: 'socsim',
    TPM_SERVER_TYPE: 'raw',
    TPM_SERVER_NAME: '127.0.0.1',
    TPM_COMMAND_PORT: String(tpm.port),
    TPM_PLATFORM_PORT: String(tpm.port + 1),
    TPM_DATA_DIR: programs.folder,
    TPM_ENCRYPT_SESSIONS: '0',
  })
}

/** Files that the conversations name. */
function writeInputs(programs: Programs): void {
  const pem = {
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048, ...(pem as object) }) as unknown as PemPair
  programs.write('rsa.pem', rsa.privateKey)
  programs.write('rsa-public.pem', rsa.publicKey)
  programs.write('message', 'hello world')
  programs.write('other', 'hello worlds')
  programs.write('qualifying', 'fresh')
  programs.write('reference', 'ref')
  programs.write('block', new Uint8Array(16).fill(7))
  programs.write('digest', new Uint8Array(32).fill(9))
}
interface PemPair {
  readonly privateKey: string
  readonly publicKey: string
}

/** CMD_INIT on the control socket: the power goes off and on. */
async function cyclePower({ tpm }: ClientBench): Promise<void> {
  const control = connect(tpm.port + 1, '127.0.0.1')
  control.write(Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 0))
  const [answer] = (await once(control, 'data')) as [Buffer]
  expect(answer.toString('hex')).to.equal('00000000')
  control.destroy()
}

/** What a line came to: its exit code, and the response code where the TPM refused. */
async function take(bench: ClientBench, line: string): Promise<string> {
  if (line === 'power') {
    await cyclePower(bench)
    return '0'
  }
  const [name, ...parameters] = line.split(/\s+/)
  const { code, stdout } = await utilitiesOf(bench).outcome(`tss${name}`, parameters)
  // What libtpms asks for at the first use of a protected authorization (docs/decisions/0100)
  if (stdout.includes('TPM_RC_RETRY')) return take(bench, line)
  return `${code} ${/TPM_RC_.*/.exec(stdout)?.[0] ?? ''}`.trim()
}

describe("IBM's utilities on bootlatch-agent tpm serve, held against swtpm", () => {
  let both: readonly ClientBench[] = []

  before(async () => {
    both = await startBoth()
    for (const { programs } of both) writeInputs(programs)
  })

  after(async () => {
    for (const bench of both) await endBench(bench)
  })

  afterEach(async () => {
    for (const { programs } of both) {
      await forgetLoaded(programs)
      await programs.run('tpm2_clear', '-c', 'p')
    }
  })

  for (const [name, lines] of Object.entries(conversations)) {
    it(name, async () => {
      for (const each of lines.split('\n').filter((text) => text.trim() !== '')) {
        const mustFail = each.trim().startsWith('! ')
        const line = each.trim().replace(/^! /, '')
        const [own, reference] = await Promise.all(both.map((bench) => take(bench, line)))
        expect(`${line}: ${own}`).to.equal(`${line}: ${reference}`)
        expect(own === '0', `${line} came to ${own}, which is success`).to.equal(!mustFail)
      }
    })
  }
})
