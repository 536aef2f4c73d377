import { expect } from 'chai'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type Socket } from 'node:net'
import { join } from 'node:path'
import { DeviceTransport } from '../../../../agent/channel/device-transport.ts'
import { InProcessTransport } from '../../../../agent/channel/in-process-transport.ts'
import { listen } from '../../../../agent/sockets/listener.ts'
import { SerialTpm } from '../../../../agent/channel/serial-tpm.ts'
import { serveSwtpm } from '../../../../agent/channel/swtpm-server.ts'
import { SwtpmTransport } from '../../../../agent/channel/swtpm-transport.ts'
import { TransportError } from '../../../../agent/channel/transport-error.ts'
import { commandBytes, longCommand, RecordingTpm } from './recording-tpm.ts'
import { freeSocket, scratchFolder } from './scratch.ts'

const cheap = commandBytes(0x17b, 0, 8)

async function refusal(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'answered',
    (error: unknown) => {
      if (!(error instanceof TransportError)) throw error
      return error.message
    },
  )
}

describe('transports', () => {
  const folder = scratchFolder()

  it('in process: speaks at its locality', async () => {
    const raw = new RecordingTpm()
    raw.powered = true
    expect(await new InProcessTransport(new SerialTpm(raw), 2).transmit(cheap)).to.deep.equal(cheap)
    expect(raw.asked).to.deep.equal(['execute 80010000000c0000017b0008 2'])
  })

  describe('swtpm', () => {
    it('reaches a TPM behind its data socket, one command after the other', async () => {
      const raw = new RecordingTpm()
      raw.powered = true
      const server = await serveSwtpm(new SerialTpm(raw), {
        data: freeSocket(folder),
        control: freeSocket(folder),
        identity: { manufacturer: 0, firmwareVersion: 0, model: '' },
        onShutdown: () => undefined,
      })
      const transport = new SwtpmTransport(server.data)
      const answers = [longCommand, cheap].map((command) => transport.transmit(command))
      while (!raw.runsLong) await new Promise(setImmediate)
      expect(raw.asked).to.have.length(1)
      raw.finish()
      expect(await Promise.all(answers)).to.deep.equal([longCommand, cheap])
      transport.close()
      await server.close()
    })

    it('connects again after the TPM closed between two commands', async () => {
      const sockets: Socket[] = []
      const listener = await listen(freeSocket(folder), (socket) => {
        sockets.push(socket)
        socket.on('data', (command) => socket.write(command))
      })
      const transport = new SwtpmTransport(listener.endpoint)
      await transport.transmit(cheap)
      sockets[0]!.end()
      await once(sockets[0]!, 'close')
      expect(await transport.transmit(cheap)).to.deep.equal(cheap)
      expect(sockets).to.have.length(2)
      transport.close()
      await listener.close()
    })

    for (const [name, answer, message] of [
      ['closes instead of answering', [], 'the TPM closed the connection'],
      ['closes in the middle of its answer', cheap.subarray(0, 11), 'the TPM closed the connection'],
      ['answers with more than a response', [...cheap, 0], 'the TPM answered with more than a response'],
      ['answers with an impossible size', new Array(10).fill(0xff), 'the TPM answered with more than a response'],
    ] as const) {
      it(`fails where the TPM ${name}, and the next command connects again`, async () => {
        let connections = 0
        const listener = await listen(freeSocket(folder), (socket) => {
          connections += 1
          socket.once('data', () => socket.end(Uint8Array.from(answer)))
        })
        const transport = new SwtpmTransport(listener.endpoint)
        expect(await refusal(transport.transmit(cheap))).to.equal(message)
        expect(await refusal(transport.transmit(cheap))).to.equal(message)
        expect(connections).to.equal(2)
        transport.close()
        await listener.close()
      })
    }

    it('fails where nobody listens', async () => {
      const transport = new SwtpmTransport(freeSocket(folder))
      expect(await refusal(transport.transmit(cheap))).to.match(/^no connection to the TPM \(connect ENOENT .+\)$/)
    })
  })

  describe('device', () => {
    it('says which device it cannot open', async () => {
      const path = join(folder, 'no-device')
      expect(await refusal(DeviceTransport.open(path))).to.equal(`cannot open ${path}`)
    })

    it('writes a command and reads what the device answers', async () => {
      const path = join(folder, 'device')
      // A file answers with what stands behind the command.
      writeFileSync(path, Uint8Array.of(...new Uint8Array(cheap.length), ...commandBytes(0)))
      const device = await DeviceTransport.open(path)
      expect(await device.transmit(cheap)).to.deep.equal(commandBytes(0))
      await device.close()
    })

    it('fails where the device is gone', async () => {
      const path = join(folder, 'gone')
      writeFileSync(path, '')
      const device = await DeviceTransport.open(path)
      await device.close()
      expect(await refusal(device.transmit(cheap))).to.equal('the TPM device failed')
    })
  })
})
