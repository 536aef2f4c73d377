import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import type { Profile } from '../vtpm/index.ts'
import { type Endpoint, formatEndpoint, isLocal, type TcpEndpoint } from '../sockets/index.ts'
import { type GrpcPlace } from './grpc-server.ts'
import { type MutualTlsPem } from './mutual-tls.ts'
import { type StartupType } from './start-up.ts'

/** What `tpm serve` was told, as the command line has it. */
export interface ServeOptions {
  readonly state: string
  readonly stateKeyFile: string
  readonly data?: Endpoint
  readonly control?: Endpoint
  readonly mssim?: Endpoint
  readonly grpc?: Endpoint
  readonly grpcCert?: string
  readonly grpcKey?: string
  readonly grpcCa?: string
  readonly vendorString?: string
  readonly manufacturer?: string
  /** Two numbers of 32 bits: `MAJOR.MINOR`. */
  readonly firmwareVersion?: string
  /** What is sent before anybody is served. */
  readonly startup?: StartupType
  /** RSA primes that are kept ready. */
  readonly primePool?: number
  /** False: answers do not wait for the disk. */
  readonly fsync?: boolean
}

/** Options that do not go together. */
export class ServeUsageError extends Error {
  override readonly name = 'ServeUsageError'
}

/** Where a TPM is presented; one place at least. */
export interface Places {
  readonly swtpm: { readonly data: Endpoint; readonly control: Endpoint } | undefined
  /** The command port of Microsoft's simulator; its platform port is one above. */
  readonly mssim: TcpEndpoint | undefined
  readonly grpc: GrpcPlace | undefined
}

const maxPort = 65535
/** TPM_PT_VENDOR_STRING_1 to _4: four characters each. */
const vendorStringPattern = /^[\x20-\x7e]{1,16}$/

/** @throws ServeUsageError */
export function placesOf(options: ServeOptions): Places {
  const places = { swtpm: swtpmPlace(options), mssim: mssimPlace(options), grpc: grpcPlace(options) }
  if (Object.values(places).every((place) => place === undefined))
    throw new ServeUsageError('nothing to listen on: give --data and --control, --mssim, or --grpc')
  return places
}

/** TPM_PT_MANUFACTURER has four characters; a shorter name ends with zeros. */
const manufacturerPattern = /^[\x20-\x7e]{1,4}$/

/**
 * The names that the TPM is to go by.
 * @throws ServeUsageError
 */
export function profileOf({ vendorString, manufacturer, firmwareVersion }: ServeOptions): Partial<Profile> {
  if (vendorString !== undefined && !vendorStringPattern.test(vendorString))
    throw new ServeUsageError('--vendor-string: 1 to 16 printable ASCII characters')
  if (manufacturer !== undefined && !manufacturerPattern.test(manufacturer))
    throw new ServeUsageError('--manufacturer: 1 to 4 printable ASCII characters')
  return {
    ...(vendorString !== undefined && { vendorString }),
    ...(manufacturer !== undefined && { manufacturer: manufacturer.padEnd(4, '\0') }),
    ...(firmwareVersion !== undefined && { firmwareVersion: versionOf(firmwareVersion) }),
  }
}

/** TPM_PT_FIRMWARE_VERSION_1 and _2. */
function versionOf(text: string): bigint {
  const [, major, minor] = /^([0-9]{1,10})\.([0-9]{1,10})$/.exec(text) ?? []
  const words = [major, minor].map((word) => (word === undefined ? -1n : BigInt(word)))
  if (words.some((word) => word < 0n || word > 0xffff_ffffn))
    throw new ServeUsageError('--firmware-version: two numbers of 32 bits, as 1.0')
  return ((words[0] ?? 0n) << 32n) | (words[1] ?? 0n)
}

function swtpmPlace({ data, control }: ServeOptions): Places['swtpm'] {
  if (data === undefined && control === undefined) return undefined
  if (data === undefined || control === undefined) throw new ServeUsageError('--data and --control go together')
  for (const endpoint of [data, control]) requireLocal(endpoint)
  return { data, control }
}

function mssimPlace({ mssim }: ServeOptions): TcpEndpoint | undefined {
  if (mssim === undefined) return undefined
  if (mssim.kind !== 'tcp' || mssim.port === 0 || mssim.port === maxPort)
    throw new ServeUsageError('--mssim tcp:127.0.0.1:PORT, and the port above it')
  requireLocal(mssim)
  return mssim
}

function requireLocal(endpoint: Endpoint): void {
  if (!isLocal(endpoint))
    throw new ServeUsageError(
      `${formatEndpoint(endpoint)}: these sockets know no client; only a loopback address or unix:PATH`,
    )
}

function grpcPlace({ grpc, grpcCert, grpcKey, grpcCa }: ServeOptions): GrpcPlace | undefined {
  const given = [grpcCert, grpcKey, grpcCa].filter((path) => path !== undefined)
  if (grpc?.kind !== 'tcp') {
    if (given.length > 0)
      throw new ServeUsageError('--grpc-cert, --grpc-key and --grpc-ca go with --grpc tcp:HOST:PORT')
    return grpc === undefined ? undefined : { endpoint: grpc }
  }
  if (grpcCert === undefined || grpcKey === undefined || grpcCa === undefined)
    throw new ServeUsageError('--grpc tcp:HOST:PORT needs --grpc-cert, --grpc-key and --grpc-ca')
  const tls = {
    certificate: readFileSync(grpcCert, 'utf8'),
    key: readFileSync(grpcKey, 'utf8'),
    clientCa: readFileSync(grpcCa, 'utf8'),
  }
  checkPem(tls)
  return { endpoint: grpc, tls }
}

function checkPem({ certificate, key, clientCa }: MutualTlsPem): void {
  try {
    createSecureContext({ cert: certificate, key, ca: clientCa })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ServeUsageError(`--grpc-cert, --grpc-key, --grpc-ca: no certificate with its key and CA (${reason})`, {
      cause,
    })
  }
}
