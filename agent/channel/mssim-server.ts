import { listen, type TcpEndpoint } from '../sockets/index.ts'
import { serveMssim } from './mssim-connection.ts'
import { type SerialTpm } from './serial-tpm.ts'

/** A running pair of the simulator's ports. */
export interface MssimServer {
  readonly command: TcpEndpoint
  close(): Promise<void>
}

/** Presents a TPM by the protocol of Microsoft's simulator: a command port, and the platform port right above it. */
export async function presentMssim(tpm: SerialTpm, command: TcpEndpoint, onStop: () => void): Promise<MssimServer> {
  const scope = { tpm, onStop }
  const commands = await listen(command, (socket) => {
    serveMssim(socket, 'command', scope)
  })
  try {
    const platform = await listen({ ...command, port: command.port + 1 }, (socket) => {
      serveMssim(socket, 'platform', scope)
    })
    return {
      command,
      async close() {
        await Promise.all([commands.close(), platform.close()])
      },
    }
  } catch (error) {
    await commands.close()
    throw error
  }
}
