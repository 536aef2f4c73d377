import { type Transport } from '../../core/tpm/index.ts'
import { DeviceTransport, parseEndpoint, SwtpmTransport, type Endpoint } from '../channel/index.ts'

/** Where a TPM is: behind a data socket of swtpm's protocol, or a device of the kernel. */
export type TpmAddress =
  { readonly kind: 'swtpm'; readonly endpoint: Endpoint } | { readonly kind: 'device'; readonly path: string }

/** A connection to a TPM that is to be closed. */
export interface OpenTransport extends Transport {
  close(): void | Promise<void>
}

/**
 * Reads `swtpm:HOST:PORT`, `swtpm:unix:PATH` or `device:PATH`.
 * @throws EndpointError
 */
export function parseTpmAddress(text: string): TpmAddress {
  const [, kind, rest = ''] = /^(swtpm|device):(.*)$/s.exec(text) ?? []
  if (kind === 'device' && rest !== '') return { kind, path: rest }
  const endpoint = parseEndpoint(kind === 'swtpm' ? rest.replace(/^(?!unix:|tcp:)/, 'tcp:') : text)
  return { kind: 'swtpm', endpoint }
}

/** @throws TransportError if the device cannot be opened; a socket is only connected by its first command. */
export async function openTpm(address: TpmAddress): Promise<OpenTransport> {
  return address.kind === 'device' ? DeviceTransport.open(address.path) : new SwtpmTransport(address.endpoint)
}
