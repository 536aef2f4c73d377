import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Identity {
  readonly certificate: string
  readonly key: string
}

/** A CA with a server certificate for 127.0.0.1 and a client certificate, as PEM. */
export function certificates(): { readonly ca: string; readonly server: Identity; readonly client: Identity } {
  const folder = mkdtempSync(join(tmpdir(), 'bootlatch-certificates-'))
  const openssl = (...parameters: readonly string[]): void => {
    execFileSync('openssl', parameters, { cwd: folder, stdio: 'ignore' })
  }
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'] as const
  try {
    openssl('req', '-x509', ...key, '-subj', '/CN=ca', '-keyout', 'ca.key', '-out', 'ca.pem')
    const issue = (name: string, extension: string): Identity => {
      writeFileSync(join(folder, 'extensions'), extension)
      openssl('req', ...key, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`)
      const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'extensions']
      openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...signed)
      return { certificate: read(`${name}.pem`), key: read(`${name}.key`) }
    }
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
    return {
      ca: read('ca.pem'),
      server: issue('server', 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth'),
      client: issue('client', 'extendedKeyUsage=clientAuth'),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
