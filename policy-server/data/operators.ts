import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { toHex } from '../../core/bytes/index.ts'
import { spkiSha256, type PeerIdentity } from '../../core/pki/index.ts'
import type { CertificateAuthority } from '../ca/index.ts'
import type { Disk } from './disk.ts'
import { writeDurably } from './durable-file.ts'

/** Everything the operator's command line needs to reach this server as one operator. */
interface OperatorBundle {
  readonly format: 'bootlatch-operator-v1'
  /** host:port of the main listener. */
  readonly address: string
  /** PEM: the certificate that the server's chain ends in. */
  readonly anchor: string
  readonly certificate: string
  readonly key: string
}

/** What is on record of one operator's certificate. */
interface OperatorRecord {
  readonly name: string
  /** SHA-256 of its SPKI, in hexadecimal. */
  readonly key: string
  readonly issued: string | undefined
  readonly until: string | undefined
  /** Whether its time is not over. */
  readonly live: boolean
  /** The file that ends it when it is deleted. */
  readonly record: string
}

const recordName = /^(.+)\.([0-9a-f]{64})\.crt\.pem$/
const ownerOnlyFolder = 0o700
const text = new TextEncoder()

/** The operators whose certificates are live: one file each. Deleting the file ends what its certificate may do. */
export class Operators {
  readonly #folder: string
  readonly #disk: Disk

  constructor(folder: string, disk: Disk) {
    this.#folder = folder
    this.#disk = disk
  }

  get none(): boolean {
    return !existsSync(this.#folder) || !readdirSync(this.#folder).some((name) => name.endsWith('.crt.pem'))
  }

  /** Whether an operator's certificate is on record, and its time is not over. */
  isLive(identity: PeerIdentity, nowUnixMs: number): boolean {
    if (identity.kind !== 'operator') return false
    const record = this.#record(identity.name, identity.spkiSha256)
    return existsSync(record) && nowUnixMs < endOf(readFileSync(record))
  }

  /** Every certificate on record, by name. */
  list(nowUnixMs: number): readonly OperatorRecord[] {
    if (!existsSync(this.#folder)) return []
    return readdirSync(this.#folder)
      .sort()
      .flatMap((file) => {
        const [, name, key] = recordName.exec(file) ?? []
        if (name === undefined || key === undefined) return []
        const record = join(this.#folder, file)
        const pem = readFileSync(record)
        const { issued, until } = timesOf(pem)
        return [{ name, key, issued, until, live: nowUnixMs < endOf(pem), record }]
      })
  }

  /**
   * Issues a certificate for a new key and writes the bundle; the certificate is live once the bundle is durable, so a
   * crash in between leaves a bundle that opens nothing and is written again.
   */
  async issue(
    ca: CertificateAuthority,
    operator: { readonly name: string; readonly address: string; readonly anchor: Uint8Array },
    bundlePath: string,
  ): Promise<string> {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const spki = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }))
    const [der] = await ca.issueOperatorCertificate({ name: operator.name, spki })
    if (der === undefined) throw new TypeError('an issued chain has a leaf')
    const certificate = new X509Certificate(der)
    const bundle: OperatorBundle = {
      format: 'bootlatch-operator-v1',
      address: operator.address,
      anchor: new X509Certificate(operator.anchor).toString(),
      certificate: certificate.toString(),
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    }
    writeDurably(this.#disk, bundlePath, text.encode(`${JSON.stringify(bundle, undefined, 2)}\n`))
    mkdirSync(this.#folder, { recursive: true, mode: ownerOnlyFolder })
    const record = this.#record(operator.name, spkiSha256(certificate))
    writeDurably(this.#disk, record, text.encode(bundle.certificate))
    return record
  }

  #record(name: string, spkiSha256: Uint8Array): string {
    return join(this.#folder, `${name}.${toHex(spkiSha256)}.crt.pem`)
  }
}

/** Nothing of a record that holds no certificate. */
function timesOf(pem: Uint8Array): Pick<OperatorRecord, 'issued' | 'until'> {
  try {
    const { validFrom, validTo } = new X509Certificate(pem)
    return { issued: new Date(validFrom).toISOString(), until: new Date(validTo).toISOString() }
  } catch {
    return { issued: undefined, until: undefined }
  }
}

/** When a certificate ends; a record that holds none has ended. */
function endOf(pem: Uint8Array): number {
  try {
    return Date.parse(new X509Certificate(pem).validTo)
  } catch {
    return 0
  }
}
