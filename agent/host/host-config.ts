import { readFileSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { faultInWords, readDocument } from '../../core/document/index.ts'
import { type Endpoint, EndpointError, formatEndpoint, isLocal, parseEndpoint } from '../sockets/index.ts'
import { HostConfigError } from './host-config-error.ts'

/** Some thousand TPMs. */
const largestFileBytes = 1 << 20
const maxTpms = 4096

/** A relative path would mean another file in another working directory. */
const path = z.string().max(4096).refine(isAbsolute, { message: 'expected an absolute path' })

const endpoint = z.string().transform((text, context): Endpoint => {
  try {
    const read = parseEndpoint(text)
    if (isLocal(read)) return read
    context.addIssue({ code: 'custom', message: 'this socket knows no client: only a loopback address or unix:PATH' })
  } catch (error) {
    if (!(error instanceof EndpointError)) throw error
    context.addIssue({ code: 'custom', message: 'expected unix:PATH or tcp:127.0.0.1:PORT' })
  }
  return z.NEVER
})

const limits = {
  /** Connections to each of its sockets at a time. */
  connections: z.int().min(1).max(64),
  /** Commands that it answers in a second; 0 is without end. */
  commandsPerSecond: z.int().min(0).max(1_000_000),
}
const limitDefaults = { connections: 8, commandsPerSecond: 0 }

/** Names stand in logs and on terminals. */
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'expected letters, digits, dots, hyphens')
const vendorString = z.string().regex(/^[\x20-\x7e]{1,16}$/, 'expected 1 to 16 printable ASCII characters')

const tpm = z.strictObject({
  name,
  state: path,
  stateKeyFile: path,
  control: endpoint,
  data: endpoint.optional(),
  manufacture: z.boolean().default(false),
  vendorString: vendorString.optional(),
  limits: z
    .strictObject({
      connections: limits.connections.optional(),
      commandsPerSecond: limits.commandsPerSecond.optional(),
    })
    .default({}),
})

/** Everything that a configuration of the host may say. */
const written = z.strictObject({
  status: path.optional(),
  primePool: z.int().min(0).max(1024).default(16),
  keyThreads: z.int().min(1).max(64).optional(),
  limits: z
    .strictObject({
      connections: limits.connections.default(limitDefaults.connections),
      commandsPerSecond: limits.commandsPerSecond.default(limitDefaults.commandsPerSecond),
    })
    .default(limitDefaults),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
  tpms: z.array(tpm).max(maxTpms),
})
type Written = z.output<typeof written>

/** What a TPM may take of the process. */
export interface TpmLimits {
  readonly connections: number
  readonly commandsPerSecond: number
}

/** One TPM of the host, with the limits that hold for it. */
export type TpmConfig = Readonly<Omit<Written['tpms'][number], 'limits'>> & { readonly limits: TpmLimits }

/** The host's configuration, checked. */
export type HostConfig = Readonly<Omit<Written, 'tpms' | 'limits'>> & { readonly tpms: readonly TpmConfig[] }

/**
 * Reads and checks a configuration file.
 * @throws HostConfigError naming the file, and line and column where it has one.
 */
export function readHostConfig(file: string): HostConfig {
  try {
    return parseHostConfig(readFileSync(file, 'utf8'), file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new HostConfigError(`${file}: cannot be read (${String(error.code)})`, { cause: error })
  }
}

/**
 * Checks the text of a configuration file.
 * @throws HostConfigError
 */
export function parseHostConfig(text: string, file: string): HostConfig {
  const { value, faultAt } = readDocument(text, {
    schema: written,
    maxCharacters: largestFileBytes,
    refuse: ({ line, column, ...fault }) => new HostConfigError(`${file}:${line}:${column}: ${faultInWords(fault)}`),
  })
  const shared = firstShared(value)
  if (shared !== undefined) {
    const { line, column, ...fault } = faultAt(shared.path, shared.reason)
    throw new HostConfigError(`${file}:${line}:${column}: ${faultInWords(fault)}`)
  }
  const { tpms, limits: common, ...rest } = value
  return {
    ...rest,
    tpms: tpms.map(({ limits: own, ...each }) => ({
      ...each,
      limits: {
        connections: own.connections ?? common.connections,
        commandsPerSecond: own.commandsPerSecond ?? common.commandsPerSecond,
      },
    })),
  }
}

/** The first thing that two TPMs would share: a name, a state folder, a socket. */
function firstShared({ tpms, status }: Written): { readonly path: PropertyKey[]; readonly reason: string } | undefined {
  const owners = new Map<string, string>(status === undefined ? [] : [[`unix:${status}`, 'the status socket']])
  for (const [index, each] of tpms.entries()) {
    const claims = [
      ['name', `name ${each.name}`],
      ['state', each.state],
      ['control', formatEndpoint(each.control)],
      ...(each.data === undefined ? [] : [['data', formatEndpoint(each.data)] as const]),
    ] as const
    for (const [key, claim] of claims) {
      const owner = owners.get(claim)
      if (owner !== undefined) return { path: ['tpms', index, key], reason: `${owner} has it already` }
      owners.set(claim, each.name)
    }
  }
  return undefined
}
