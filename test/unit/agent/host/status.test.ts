import { expect } from 'chai'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, createServer } from 'node:net'
import { once } from 'node:events'
import { TransportError } from '../../../../agent/channel/index.ts'
import { checkHost } from '../../../../agent/host/check-host.ts'
import { askStatus, serveStatus } from '../../../../agent/host/status-socket.ts'
import { type HostStatus, statusLines } from '../../../../agent/host/status.ts'
import { scratchFolder } from '../channel/scratch.ts'

const status: HostStatus = {
  pid: 7,
  upSeconds: 60,
  memoryMiB: 80,
  primesReady: 4,
  tpms: [
    { name: 'web-1', condition: 'on', control: 'unix:/a', connections: 2, powerOns: 1, commands: 1234 },
    {
      name: 'b',
      condition: 'broken',
      control: 'unix:/b',
      connections: 0,
      powerOns: 0,
      commands: 0,
      problem: 'no key',
      advice: 'make one',
    },
  ],
}

describe('the status of a host', () => {
  const folder = scratchFolder()

  it('is a table, and what to do', () => {
    expect(statusLines(status)).to.deep.equal([
      'process 7, up 60 s, 80 MiB, 2 TPMs, 4 primes ready',
      '',
      'NAME   STATE   CLIENTS  STARTS  COMMANDS',
      'web-1  on      2        1       1234',
      'b      broken  0        0       0',
      '',
      'b: no key',
      '  make one',
    ])
  })

  it('is told to whoever connects', async () => {
    const path = join(folder, 'status')
    const listener = await serveStatus(path, () => status)
    try {
      expect(await askStatus(path)).to.deep.equal(status)
    } finally {
      await listener.close()
    }
    const refusal = await askStatus(path).catch((error: unknown) => error)
    expect(refusal).to.be.instanceOf(TransportError).with.property('message', `${path}: no host answers there`)
  })

  it('is told to a client that speaks first, which is let go', async () => {
    const path = join(folder, 'spoken-to')
    const listener = await serveStatus(path, () => status)
    const client = connect({ path }).resume()
    client.end('x'.repeat(1000))
    await once(client, 'close')
    await listener.leave()
    expect(listener.connections).to.equal(0)
  })

  it('is not believed of something else', async () => {
    const path = join(folder, 'other')
    const server = createServer((socket) => socket.end('{"pid":"x"}')).listen(path)
    await once(server, 'listening')
    const refusal = await askStatus(path).catch((error: unknown) => error)
    expect(refusal).to.be.instanceOf(TransportError)
    server.close()
  })
})

describe('a check of a host', () => {
  const folder = scratchFolder()

  it('says all that is wrong, and what to do', async () => {
    const file = join(folder, 'host.yaml')
    const entry = (name: string): string =>
      `  - { name: ${name}, state: ${folder}/${name}, stateKeyFile: ${folder}/${name}.key, control: "unix:${folder}/${name}.s" }\n`
    writeFileSync(file, `tpms:\n${entry('a')}${entry('b')}`)
    writeFileSync(join(folder, 'a.key'), new Uint8Array(32), { mode: 0o600 })
    const refusal = await checkHost(file).catch((error: unknown) => String(error))
    expect(refusal).to.match(
      /2 of 2 TPMs\na: .*vtpm\.state is not there\n {2}bootlatch-agent tpm manufacture.*\nb: .*b\.key/,
    )
  })
})
