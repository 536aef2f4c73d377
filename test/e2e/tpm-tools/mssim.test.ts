import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { Scratch } from './scratch.ts'
import { firstLine, freePort, newTpmFolder, spawnAgent, TpmProcess } from './tpm-process.ts'

describe("the TPM in the frame of Microsoft's simulator", () => {
  const scratch = new Scratch()

  it('serves the tools of tpm2, who turn it on at every connection', async () => {
    const folder = scratch.folder()
    newTpmFolder(folder)
    const port = await freePort()
    const child = spawnAgent(
      ['tpm', 'serve', '--state', join(folder, 'state'), '--state-key-file', join(folder, 'key')],
      ['--mssim', `tcp:127.0.0.1:${port}`],
    )
    const tpm = await scratch.started(firstLine(child).then((line) => new TpmProcess(port, child, line)))
    expect(JSON.parse(tpm.ready)).to.deep.equal({ ready: true, mssim: `tcp:127.0.0.1:${port}` })
    const tool = (name: string, ...args: readonly string[]): string => {
      const environment = { ...process.env, TPM2TOOLS_TCTI: `mssim:host=127.0.0.1,port=${port}` }
      const { status, stdout, stderr } = spawnSync(`tpm2_${name}`, args, {
        env: environment,
        encoding: 'utf8',
        timeout: 20_000,
      })
      expect(status, stderr).to.equal(0)
      return stdout
    }
    tool('startup', '-c')
    tool('pcrextend', `16:sha256=${'11'.repeat(32)}`)
    expect(tool('pcrread', 'sha256:16')).to.match(/16: 0x8878B15A7D6A/)
    expect(tool('getrandom', '--hex', '8')).to.match(/^[0-9a-f]{16}$/)
    expect(await tpm.end('SIGTERM')).to.equal(0)
  })
})
