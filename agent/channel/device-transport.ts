import { type FileHandle, open } from 'node:fs/promises'
import { type Transport } from '../../core/tpm/index.ts'
import { TransportError } from './transport-error.ts'
import { maxMessageBytes } from './virtual-tpm.ts'

/** The kernel's resource manager: sessions and transient objects of others are none of ours. */
const defaultDevice = '/dev/tpmrm0'

/** A TPM that the kernel drives. Commands given at the same time take turns. */
export class DeviceTransport implements Transport {
  readonly #file: FileHandle
  #last: Promise<unknown> = Promise.resolve()

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /** @throws TransportError */
  static async open(path: string = defaultDevice): Promise<DeviceTransport> {
    try {
      return new DeviceTransport(await open(path, 'r+'))
    } catch (cause) {
      throw new TransportError(`cannot open ${path}`, { cause })
    }
  }

  /** @throws TransportError */
  transmit(command: Uint8Array): Promise<Uint8Array> {
    const response = this.#last.then(() => this.#exchange(command))
    this.#last = response.catch(() => undefined)
    return response
  }

  async close(): Promise<void> {
    await this.#last
    await this.#file.close()
  }

  /** One write is one command and one read its whole response. */
  async #exchange(command: Uint8Array): Promise<Uint8Array> {
    try {
      const { bytesWritten } = await this.#file.write(command, 0, command.length, null)
      if (bytesWritten !== command.length) throw new TransportError('the TPM took part of a command')
      const response = new Uint8Array(maxMessageBytes)
      const { bytesRead } = await this.#file.read(response, 0, response.length, null)
      return response.slice(0, bytesRead)
    } catch (cause) {
      if (cause instanceof TransportError) throw cause
      throw new TransportError('the TPM device failed', { cause })
    }
  }
}
