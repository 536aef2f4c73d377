import { connect, type Socket } from 'node:net'
import { Writer } from '../../core/bytes/index.ts'
import { type Transport } from '../../core/tpm/index.ts'
import { TransportError } from '../channel/index.ts'
import { type Endpoint } from '../sockets/index.ts'
import { type AtLocality } from './measure.ts'

/** Of swtpm's tpm_ioctl.h. */
const CMD_SET_LOCALITY = 0x05
const resultBytes = 4
const patienceMs = 10_000

/**
 * Reaches other localities of a TPM behind swtpm's data channel: its control channel sets the locality for one command and back to 0.
 * The transport throws TransportError if the control channel cannot be reached or refuses.
 */
export function localitiesOf(data: Transport, control: Endpoint): AtLocality {
  return (locality) => ({
    async transmit(command) {
      await setLocality(control, locality)
      try {
        return await data.transmit(command)
      } finally {
        await setLocality(control, 0)
      }
    },
  })
}

async function setLocality(control: Endpoint, locality: number): Promise<void> {
  const socket = connect(control.kind === 'tcp' ? { host: control.host, port: control.port } : { path: control.path })
  socket.setTimeout(patienceMs, () => socket.destroy(new Error('no answer')))
  try {
    socket.write(new Writer().u32(CMD_SET_LOCALITY).u8(locality).done())
    const result = await answerOf(socket)
    if (result.some((byte) => byte !== 0))
      throw new TransportError(`the TPM's control channel refuses locality ${locality}`)
  } finally {
    socket.destroy()
  }
}

async function answerOf(socket: Socket): Promise<Uint8Array> {
  let answer = new Uint8Array()
  try {
    for await (const chunk of socket) {
      answer = Uint8Array.of(...answer, ...(chunk as Uint8Array))
      if (answer.length >= resultBytes) return answer
    }
  } catch (cause) {
    throw new TransportError("no connection to the TPM's control channel", { cause })
  }
  throw new TransportError("the TPM's control channel closed without an answer")
}
