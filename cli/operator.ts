import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext, type SecureContext } from 'node:tls'
import { inspect } from 'node:util'
import { z } from 'zod'
import { Failure } from './failure.ts'

/** Written by bootlatch-server at its first start. */
const bundleSchema = z.strictObject({
  format: z.literal('bootlatch-operator-v1'),
  address: z.string().regex(/^(?:\[[0-9a-fA-F:.]+\]|[^\s:/[\]]+):[0-9]{1,5}$/, 'must be host:port'),
  anchor: z.string(),
  certificate: z.string(),
  key: z.string(),
})

/** How to come by another bundle. */
export const newBundle = 'On the server: bootlatch-server add-operator NAME --out FILE'

const longestBundleBytes = 64 * 1024

/** From then on every command says that the certificate will expire. */
const remindMs = 21 * 86_400_000

/** Who the operator is and which server he trusts. Prints nothing of itself. */
export class Operator {
  readonly address: string
  /** Where it was read from, for messages. */
  readonly path: string
  readonly certificate: X509Certificate
  readonly #pem: { readonly anchor: string; readonly certificate: string; readonly key: string }

  constructor(path: string, bundle: z.infer<typeof bundleSchema>, certificate: X509Certificate) {
    this.path = path
    this.address = bundle.address
    this.certificate = certificate
    this.#pem = bundle
  }

  /** TLS 1.3 with the operator's certificate, trusting nothing but the server's anchor. */
  secureContext(): SecureContext {
    const { anchor, certificate, key } = this.#pem
    return createSecureContext({ ca: anchor, cert: certificate, key, minVersion: 'TLSv1.3' })
  }

  /** Whole days that the certificate is still valid, where they are few. */
  fewDaysLeft(nowMs: number): number | undefined {
    const leftMs = Date.parse(this.certificate.validTo) - nowMs
    return leftMs > remindMs ? undefined : Math.floor(leftMs / 86_400_000)
  }

  toJSON(): object {
    return { path: this.path, address: this.address }
  }

  [inspect.custom](): string {
    return `Operator(${this.address})`
  }
}

/** `--operator`, else BOOTLATCH_OPERATOR, else the user's own. */
export function operatorPath(option: string | undefined, env: NodeJS.ProcessEnv): string {
  const configuration = env['XDG_CONFIG_HOME'] ?? join(env['HOME'] ?? homedir(), '.config')
  return option ?? env['BOOTLATCH_OPERATOR'] ?? join(configuration, 'bootlatch', 'operator.json')
}

async function readPrivately(file: FileHandle, path: string): Promise<string> {
  const { mode, size } = await file.stat()
  if ((mode & constants.S_IFMT) !== constants.S_IFREG) throw new Failure('operator/malformed', `${path} is not a file`)
  if ((mode & 0o077) !== 0) {
    throw new Failure(
      'operator/exposed',
      `${path} can be read by others (mode ${(mode & 0o777).toString(8)}), and it holds a private key`,
      {
        advice: [`chmod 600 ${path}`, `If others were on this machine meanwhile, replace it. ${newBundle}`],
      },
    )
  }
  if (size > longestBundleBytes) throw new Failure('operator/malformed', `${path} is too large for an operator bundle`)
  return await file.readFile('utf8')
}

function parseBundle(text: string, path: string): Operator {
  const malformed = (what: string, cause?: unknown) =>
    new Failure('operator/malformed', `${path} is no operator bundle: ${what}`, {
      cause,
      advice: ['Copy operator.json from the server again.'],
    })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, and the text holds a key.
    throw malformed('it is not JSON')
  }
  const parsed = bundleSchema.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw malformed(`${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'unexpected'}`)
  }
  let certificate: X509Certificate
  let key: KeyObject
  try {
    certificate = new X509Certificate(parsed.data.certificate)
    key = createPrivateKey(parsed.data.key)
    new X509Certificate(parsed.data.anchor)
  } catch (cause) {
    throw malformed('a certificate or the key cannot be read', cause)
  }
  if (!certificate.checkPrivateKey(key)) throw malformed('the key does not belong to the certificate')
  return new Operator(path, parsed.data, certificate)
}

/**
 * Reads an operator bundle that nobody else can read and whose certificate is still valid.
 * @throws Failure operator/missing, operator/exposed, operator/malformed, operator/expired
 */
export async function readOperator(path: string, nowMs: number): Promise<Operator> {
  let file: FileHandle
  try {
    file = await open(path, constants.O_RDONLY)
  } catch (cause) {
    throw new Failure('operator/missing', `cannot read the operator bundle ${path}: ${(cause as Error).message}`, {
      cause,
      advice: [
        'bootlatch-server writes operator.json into its data folder at its first start; copy it here with mode 0600,',
        'or name it: --operator FILE, or BOOTLATCH_OPERATOR=FILE.',
      ],
    })
  }
  try {
    const operator = parseBundle(await readPrivately(file, path), path)
    const expires = Date.parse(operator.certificate.validTo)
    if (expires <= nowMs) {
      throw new Failure(
        'operator/expired',
        `the operator certificate in ${path} expired on ${new Date(expires).toISOString()}`,
        {
          advice: [newBundle, 'Or is the clock of this machine wrong?'],
        },
      )
    }
    return operator
  } finally {
    await file.close()
  }
}
