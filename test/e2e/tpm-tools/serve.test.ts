import { credentials } from '@grpc/grpc-js'
import { expect } from 'chai'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { SwtpmTransport } from '../../../agent/channel/index.ts'
import { fromHex, toHex } from '../../../core/bytes/index.ts'
import { unary, VirtualTpmClient } from '../../../core/rpc/index.ts'
import { Scratch } from './scratch.ts'
import { Tools } from './tools.ts'
import { firstLine, newTpmFolder, outcome, serveTpm, spawnAgent, TpmProcess } from './tpm-process.ts'

const getRandom = fromHex('80010000000c0000017b0008')
const startupClear = fromHex('80010000000c000001440000')
const initialize = '80010000000a00000100'
const success = '80010000000a00000000'

describe('bootlatch-agent tpm serve', () => {
  const scratch = new Scratch()
  let folder: string

  beforeEach(() => {
    folder = scratch.folder()
    newTpmFolder(folder)
  })

  async function ask(tpm: TpmProcess, command: Uint8Array): Promise<string> {
    const transport = new SwtpmTransport({ kind: 'tcp', host: '127.0.0.1', port: tpm.port })
    try {
      return toHex(await transport.transmit(command))
    } finally {
      transport.close()
    }
  }

  /** Runs it with options that must be refused. */
  async function refusal(...options: readonly string[]): Promise<{ code: number | null; stderr: string }> {
    const { code, stdout, stderr } = await outcome(spawnAgent(['tpm', 'serve', ...options]))
    expect(stdout).to.equal('')
    return { code, stderr }
  }

  function required(): string[] {
    return [
      '--state',
      join(folder, 'state'),
      '--state-key-file',
      join(folder, 'key'),
      '--grpc',
      `unix:${join(folder, 'g')}`,
    ]
  }

  it('is started up where it was told to be', async () => {
    const tpm = await scratch.started(serveTpm(folder, '--startup', 'clear'))
    expect(await ask(tpm, getRandom)).match(/^8001000000140000/)
    expect(await ask(tpm, startupClear)).equal(initialize)
  })

  it('does not resume a state that was never kept', async () => {
    const { code, stderr } = await refusal(...required(), '--startup', 'state')
    expect(code).equal(1)
    expect(stderr).match(/--startup state: the TPM was not shut down with its state; use clear/)
  })

  it('says in one line where it is ready, powered on and not started up', async () => {
    const tpm = await scratch.started(serveTpm(folder, '--grpc', `unix:${join(folder, 'grpc')}`))
    expect(JSON.parse(tpm.ready)).to.deep.equal({
      ready: true,
      data: `tcp:127.0.0.1:${tpm.port}`,
      control: `tcp:127.0.0.1:${tpm.port + 1}`,
      grpc: `unix:${join(folder, 'grpc')}`,
    })
    expect(await ask(tpm, getRandom)).to.equal(initialize)
    expect(await ask(tpm, startupClear)).to.equal(success)
    expect(await ask(tpm, startupClear)).to.equal(initialize)
    expect(await tpm.end('SIGTERM')).to.equal(0)
  })

  it('keeps its state encrypted, and over a restart', async () => {
    let tpm = await scratch.started(serveTpm(folder))
    let tools = new Tools(folder, tpm.port)
    await tools.run('startup', '-c')
    await tools.run('nvdefine', '0x1500001', '-C', 'o', '-s', '16')
    tools.write('content', 'a text to look for')
    await tools.run('nvdefine', '0x1500002', '-C', 'o', '-s', '18')
    await tools.run('nvwrite', '0x1500002', '-C', 'o', '-i', 'content')
    await tools.run('createprimary', '-C', 'o', '-G', 'ecc', '-c', 'primary.ctx')
    await tools.run('readpublic', '-c', 'primary.ctx', '-n', 'name.before')
    expect(await tpm.end('SIGTERM')).to.equal(0)

    const state = readFileSync(join(folder, 'state', 'vtpm.state'))
    expect(state.includes('a text to look for')).to.equal(false)
    expect(statSync(join(folder, 'state', 'vtpm.state')).mode & 0o777).to.equal(0o600)

    tpm = await scratch.started(serveTpm(folder))
    tools = new Tools(folder, tpm.port)
    await tools.run('startup', '-c')
    await tools.run('nvread', '0x1500002', '-C', 'o', '-o', 'read')
    expect(tools.read('read').toString()).to.equal('a text to look for')
    await tools.run('createprimary', '-C', 'o', '-G', 'ecc', '-c', 'primary.ctx')
    await tools.run('readpublic', '-c', 'primary.ctx', '-n', 'name.after')
    expect(tools.read('name.after').equals(tools.read('name.before'))).to.equal(true)
    expect(await tpm.end('SIGINT')).to.equal(0)
  })

  it('does not open its state with another key', async () => {
    await (await scratch.started(serveTpm(folder))).end('SIGTERM')
    writeFileSync(join(folder, 'key'), new Uint8Array(32).fill(1))
    const { code, stderr } = await refusal(...required())
    expect(code).to.equal(1)
    expect(stderr).to.match(/^bootlatch-agent tpm serve: [^\n]*vtpm\.state[^\n]*\n$/)
  })

  it('does not open an altered state', async () => {
    await (await scratch.started(serveTpm(folder))).end('SIGTERM')
    const path = join(folder, 'state', 'vtpm.state')
    const state = readFileSync(path)
    for (let at = 100; at < state.length; at += 64) state[at]! ^= 1
    writeFileSync(path, state)
    const { code, stderr } = await refusal(...required())
    expect(code).to.equal(1)
    expect(stderr).to.match(/^bootlatch-agent tpm serve: [^\n]*vtpm\.state[^\n]*\n$/)
  })

  for (const { name, change, problem } of [
    {
      name: 'a key file that others can read',
      change: () => {
        chmodSync(join(folder, 'key'), 0o644)
      },
      problem: 'key: mode is 0644, must be 0600',
    },
    {
      name: 'a key file of another size',
      change: () => {
        writeFileSync(join(folder, 'key'), 'short')
      },
      problem: 'key: 5 bytes, must be 32',
    },
  ]) {
    it(`refuses ${name} in one line`, async () => {
      change()
      const { code, stderr } = await refusal(...required())
      expect(code).to.equal(1)
      expect(stderr).to.equal(`bootlatch-agent tpm serve: ${folder}/${problem}\n`)
      expect(existsSync(join(folder, 'state', 'vtpm.state'))).to.equal(false)
    })
  }

  it('refuses a state folder that is not there', async () => {
    const [, , ...rest] = required()
    const { code, stderr } = await refusal('--state', join(folder, 'none'), ...rest)
    expect(code).to.equal(1)
    expect(stderr).to.match(/^bootlatch-agent tpm serve: [^\n]*none[^\n]*\n$/)
  })

  it('refuses options that say nothing to listen on', async () => {
    const { code, stderr } = await refusal(...required().slice(0, 4))
    expect(code).to.equal(2)
    expect(stderr).to.equal(
      'bootlatch-agent tpm serve: nothing to listen on: give --data and --control, --mssim, or --grpc\n',
    )
  })

  it('refuses a second process on the same state, and lets a third follow a killed one', async () => {
    const tpm = await scratch.started(serveTpm(folder))
    const { code, stderr } = await refusal(...required())
    expect(code).to.equal(1)
    expect(stderr).to.match(/^bootlatch-agent tpm serve: [^\n]*in use[^\n]*\n$/)
    expect(await tpm.end('SIGKILL')).to.equal('SIGKILL')
    const next = await scratch.started(serveTpm(folder))
    expect(await next.end('SIGTERM')).to.equal(0)
  })

  it('ends by the control command SHUTDOWN', async () => {
    const tpm = await scratch.started(serveTpm(folder))
    const exited = new Promise((resolve) => tpm.child.once('exit', resolve))
    const control = connect(tpm.port + 1, '127.0.0.1')
    const answer = new Promise<Buffer>((resolve) => control.once('data', resolve))
    control.write(fromHex('00000003'))
    expect((await answer).toString('hex')).to.equal('00000000')
    expect(await exited).to.equal(0)
  })

  it('serves the same TPM by gRPC on a socket that is its owner’s alone', async () => {
    const path = join(folder, 'grpc')
    const tpm = await scratch.started(serveTpm(folder, '--grpc', `unix:${path}`))
    expect(statSync(path).mode & 0o777).to.equal(0o600)
    const client = new VirtualTpmClient(`unix:${path}`, credentials.createInsecure())
    const { response } = await unary(client, 'Transmit', { command: startupClear, locality: 0 })
    expect(toHex(response)).to.equal(success)
    expect(await ask(tpm, startupClear)).to.equal(initialize)
    await unary(client, 'Reset', {})
    expect(await ask(tpm, startupClear)).to.equal(success)
    client.close()
    expect(await tpm.end('SIGTERM')).to.equal(0)
    expect(existsSync(path)).to.equal(false)
  })

  it('serves swtpm’s sockets as files that are their owner’s alone', async () => {
    const [data, control] = [join(folder, 'data'), join(folder, 'control')]
    const child = spawnAgent(
      ['tpm', 'serve', '--state', join(folder, 'state'), '--state-key-file', join(folder, 'key')],
      ['--data', `unix:${data}`, '--control', `unix:${control}`],
    )
    const tpm = await scratch.started(firstLine(child).then((ready) => new TpmProcess(0, child, ready)))
    for (const path of [data, control]) expect(statSync(path).mode & 0o777).to.equal(0o600)
    const transport = new SwtpmTransport({ kind: 'unix', path: data })
    expect(toHex(await transport.transmit(startupClear))).to.equal(success)
    transport.close()
    expect(await tpm.end('SIGTERM')).to.equal(0)
  })

  it('shows the vendor string it is given', async () => {
    const tpm = await scratch.started(serveTpm(folder, '--vendor-string', 'SW  '))
    const tools = new Tools(folder, tpm.port)
    await tools.run('startup', '-c')
    expect(await tools.run('getcap', 'properties-fixed')).to.match(/TPM2_PT_VENDOR_STRING_1:\n\s+raw: 0x53572020/)
  })

  it('serves tools that run at the same time', async () => {
    const tpm = await scratch.started(serveTpm(folder))
    const tools = new Tools(folder, tpm.port)
    await tools.run('startup', '-c')
    const extend = `16:sha256=${'01'.repeat(32)}`
    const runs = Array.from({ length: 24 }, (_, i) =>
      i % 2 === 0 ? tools.run('pcrextend', extend) : tools.run('getrandom', '--hex', '32'),
    )
    const random = (await Promise.all(runs)).filter((text) => text.length > 0)
    expect(new Set(random).size).to.equal(12)
    await tools.run('pcrread', 'sha256:16', '-o', 'pcr')
    let expected = Buffer.alloc(32)
    for (let i = 0; i < 12; i += 1)
      expected = createHash('sha256').update(expected).update(Buffer.alloc(32, 1)).digest()
    expect(tools.read('pcr').equals(expected)).to.equal(true)
  })

  it('survives clients that connect and vanish', async () => {
    const tpm = await scratch.started(serveTpm(folder))
    for (let i = 0; i < 50; i += 1) {
      const socket = connect(tpm.port + (i % 2), '127.0.0.1')
      await new Promise((resolve) => socket.once('connect', resolve))
      if (i % 3 === 0) socket.resetAndDestroy()
      else socket.end(fromHex('8001000000'.slice(0, 2 * (i % 5))))
    }
    expect(await ask(tpm, startupClear)).to.equal(success)
  })
})
