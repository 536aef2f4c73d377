import { readFileSync } from 'node:fs'
import {
  checkServerIdentity,
  ownServerIdentity,
  readPemIdentity,
  readPkcs12Identity,
  ServerCertificateError,
  type OwnAuthority,
  type ServerIdentity,
} from '../ca/index.ts'
import { isWildcard, type ServerConfig } from '../config/index.ts'
import { readPassphrase } from '../keys/index.ts'

/** DNS names and addresses under which clients may reach the server. */
function namesOf({ advertise, listen, results, tls }: ServerConfig): readonly string[] {
  const bound = [...listen.main, ...listen.join, ...(results?.listen ?? [])].filter((each) => !isWildcard(each))
  const told = [advertise.main, advertise.join, ...(results === undefined ? [] : [results.advertise])]
  const hosts = [...told, ...bound].map(({ host }) => host)
  return [...new Set([...hosts, ...tls.names])]
}

/**
 * The certificate and key that the configuration asks for: one of our authority, or the customer's own, checked.
 * @throws ServerCertificateError, PassphraseError
 */
export async function loadServerIdentity(
  config: ServerConfig,
  ca: OwnAuthority,
  nowMs: number,
): Promise<ServerIdentity> {
  const files = config.tls.certificate
  if (files === undefined) return ownServerIdentity(ca, namesOf(config))
  const identity =
    'pkcs12' in files
      ? readPkcs12Identity(readNamed(files.pkcs12), await pkcs12Passphrase(files.passphraseFile))
      : readPemIdentity(readNamed(files.chain).toString('utf8'), readNamed(files.key).toString('utf8'))
  checkServerIdentity(identity, [config.advertise.main.host, config.advertise.join.host, ...config.tls.names], nowMs)
  return identity
}

function readNamed(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error'
    throw new ServerCertificateError(`${path}: cannot be read (${code})`, { cause })
  }
}

async function pkcs12Passphrase(file: string | undefined): Promise<string> {
  if (file === undefined) return ''
  const secret = await readPassphrase({ file }, false)
  const text = new TextDecoder().decode(secret.reveal())
  secret.forget()
  return text
}
