import { isIP } from 'node:net'
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { isHostName, isWildcard, readEndpoint, writeEndpoint, type Endpoint } from './endpoint.ts'

const endpoint = z.string().transform((text, context): Endpoint => {
  const read = readEndpoint(text)
  if (read !== undefined) return read
  context.addIssue({ code: 'custom', message: 'expected host:port, an IPv6 address in brackets' })
  return z.NEVER
})
const reachable = endpoint.refine((at) => !isWildcard(at), { message: 'machines cannot connect to this; name a host' })
const endpoints = z.preprocess((one) => (typeof one === 'string' ? [one] : one), z.array(endpoint).min(1).max(16))
/** A relative path would mean another file in another working directory. */
const path = z.string().max(4096).refine(isAbsolute, { message: 'expected an absolute path' })
const count = (lowest: number, highest: number): z.ZodInt => z.int().min(lowest).max(highest)

/** The customer's own server certificate instead of one of our authority: two PEM files, or one PKCS #12 file. */
const certificate = z
  .strictObject({
    chain: path.optional(),
    key: path.optional(),
    pkcs12: path.optional(),
    passphraseFile: path.optional(),
  })
  .transform((files, context) => {
    const { chain, key, pkcs12, passphraseFile } = files
    if (pkcs12 !== undefined && chain === undefined && key === undefined) return { pkcs12, passphraseFile }
    if (chain !== undefined && key !== undefined && pkcs12 === undefined && passphraseFile === undefined)
      return { chain, key }
    context.addIssue({ code: 'custom', message: 'expected chain and key (PEM), or pkcs12 (and its passphraseFile)' })
    return z.NEVER
  })

const written = z.strictObject({
  dataDir: path,
  listen: z.strictObject({ main: endpoints, join: endpoints, results: endpoints.optional() }),
  advertise: z
    .strictObject({ main: reachable.optional(), join: reachable.optional(), results: reachable.optional() })
    .default({}),
  results: z
    .strictObject({
      issuer: z
        .url({ protocol: /^https$/, error: 'expected an https URL' })
        .max(256)
        .refine((url) => !/[?#]|\/$/.test(url), { message: 'expected no query, fragment or slash at its end' })
        .optional(),
      validMinutes: count(1, 60).default(10),
    })
    .prefault({}),
  tls: z
    .strictObject({
      names: z
        .array(
          z.string().refine((name) => isIP(name) !== 0 || isHostName(name), {
            message: 'expected a host name or an IP address',
          }),
        )
        .max(64)
        .default([]),
      certificate: certificate.optional(),
    })
    .default({ names: [] }),
  passphraseFile: path.optional(),
  limits: z
    .strictObject({
      connections: count(1, 65_536).default(4096),
      connectionsPerAddress: count(1, 65_536).default(256),
      joinConnectionsPerMinutePerAddress: count(1, 65_536).default(60),
      // Of one machine from one address; a boot makes about five.
      requestsPerMinutePerMachine: count(1, 65_536).default(600),
      streamsPerConnection: count(1, 1024).default(32),
    })
    .prefault({}),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
})

/** What the file says, checked. */
type WrittenConfig = z.output<typeof written>

/** The server's configuration, checked, with what follows from it. */
export type ServerConfig = Readonly<Omit<WrittenConfig, 'advertise' | 'results'>> & {
  /** Where machines and operators reach the listeners. */
  readonly advertise: { readonly main: Endpoint; readonly join: Endpoint }
  /** Who signs attestation results, and where his keys are had; undefined where none are given. */
  readonly results: ResultsConfig | undefined
}

interface ResultsConfig {
  readonly listen: readonly Endpoint[]
  readonly advertise: Endpoint
  readonly issuer: string
  readonly validMinutes: number
}

/** Everything `server.yaml` may say. */
export const configSchema = written.transform((config, context): ServerConfig => {
  const reached = (which: 'main' | 'join' | 'results', listen: readonly Endpoint[]): Endpoint => {
    const told = config.advertise[which] ?? listen.find((each) => !isWildcard(each))
    if (told !== undefined) return told
    context.addIssue({
      code: 'custom',
      path: ['listen', which],
      message: `listens on every address, so advertise.${which} must say under which one it is reached`,
    })
    return z.NEVER
  }
  const { main, join, results: listen } = config.listen
  const advertise = { main: reached('main', main), join: reached('join', join) }
  if (listen === undefined) return { ...config, advertise, results: undefined }
  const reachedAt = reached('results', listen)
  const issuer = config.results.issuer ?? `https://${writeEndpoint(reachedAt)}`
  return { ...config, advertise, results: { ...config.results, listen, advertise: reachedAt, issuer } }
})
