import { type Transport } from '../../core/tpm/index.ts'
import { DeviceTransport, SwtpmTransport } from '../channel/index.ts'
import { parseEndpoint, type Endpoint } from '../sockets/index.ts'
import { type AtLocality } from './measure.ts'
import { patient } from './patient-transport.ts'
import { localitiesOf } from './swtpm-control.ts'

/** Where a TPM is: behind the sockets of swtpm's protocol, or a device of the kernel. */
export type TpmAddress =
  | { readonly kind: 'swtpm'; readonly data: Endpoint; readonly control: Endpoint | undefined }
  | { readonly kind: 'device'; readonly path: string }

/** A TPM that was reached, and how its other localities are where they can be. */
export interface OpenTpm {
  readonly transport: Transport & { close(): void | Promise<void> }
  readonly atLocality: AtLocality | undefined
}

/**
 * Reads `swtpm:HOST:PORT`, `swtpm:unix:PATH` or `device:PATH`. Clients of swtpm look for the control socket one port above the data socket.
 * @throws EndpointError
 */
export function parseTpmAddress(text: string, controlText?: string): TpmAddress {
  const [, kind, rest = ''] = /^(swtpm|device):(.*)$/s.exec(text) ?? []
  if (kind === 'device' && rest !== '') return { kind, path: rest }
  const data = parseEndpoint(kind === 'swtpm' ? rest.replace(/^(?!unix:|tcp:)/, 'tcp:') : text)
  return { kind: 'swtpm', data, control: controlText === undefined ? besideOf(data) : parseEndpoint(controlText) }
}

function besideOf(data: Endpoint): Endpoint | undefined {
  return data.kind === 'tcp' ? { ...data, port: data.port + 1 } : undefined
}

/** @throws TransportError if the device cannot be opened; a socket is only connected by its first command. */
export async function openTpm(address: TpmAddress): Promise<OpenTpm> {
  const raw = address.kind === 'device' ? await DeviceTransport.open(address.path) : new SwtpmTransport(address.data)
  const transport = { ...patient(raw), close: () => raw.close() }
  const control = address.kind === 'device' ? undefined : address.control
  return { transport, atLocality: control && localitiesOf(transport, control) }
}
