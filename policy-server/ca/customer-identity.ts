import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import forge from 'node-forge'
import { CertificateError, checkIssued, checkValidity, id_kp_serverAuth } from '../../core/pki/index.ts'
import { isKeyOf, type ServerIdentity } from './server-identity.ts'

/** The customer's own server certificate cannot serve; the message says why and what to do. */
export class ServerCertificateError extends Error {
  override readonly name = 'ServerCertificateError'
}

const smallestRsaBits = 2048
const curves: readonly string[] = ['prime256v1', 'secp384r1', 'secp521r1']
const mostCertificates = 10

/**
 * Reads a chain (leaf first) and its key, both PEM.
 * @throws ServerCertificateError
 */
export function readPemIdentity(chainPem: string, keyPem: string): ServerIdentity {
  const blocks = chainPem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) throw new ServerCertificateError('the chain file holds no PEM certificate')
  let key: KeyObject
  try {
    key = createPrivateKey(keyPem)
  } catch (cause) {
    throw new ServerCertificateError('the key file holds no unencrypted PEM private key', { cause })
  }
  return { chain: blocks.map(readCertificate), key }
}

/**
 * Reads a PKCS #12 file (RFC 7292), also one under the ciphers that OpenSSL 3 has given up. RSA only.
 * @throws ServerCertificateError
 */
export function readPkcs12Identity(file: Uint8Array, passphrase: string): ServerIdentity {
  let bags: { readonly certificates: readonly X509Certificate[]; readonly key: KeyObject }
  try {
    const asn1 = forge.asn1.fromDer(forge.util.createBuffer(Buffer.from(file).toString('binary')))
    const pkcs12 = forge.pkcs12.pkcs12FromAsn1(asn1, true, passphrase)
    bags = { certificates: certificatesOf(pkcs12), key: keyOf(pkcs12) }
  } catch (cause) {
    if (cause instanceof ServerCertificateError) throw cause
    const detail = /password|MAC/i.test(String(cause))
      ? 'the passphrase does not open it'
      : 'it is damaged or of a form that is not read'
    throw new ServerCertificateError(`PKCS #12: ${detail}`, { cause })
  }
  const leaf = bags.certificates.find((each) => isKeyOf(bags.key, each))
  if (leaf === undefined) throw new ServerCertificateError('PKCS #12: no certificate in it belongs to the key')
  return { chain: orderChain(leaf, bags.certificates), key: bags.key }
}

/**
 * Checks that TLS clients who pin the last certificate of the chain will take the server for these names.
 * @throws ServerCertificateError
 */
export function checkServerIdentity({ chain, key }: ServerIdentity, names: readonly string[], nowMs: number): void {
  const [leaf, root] = [chain[0], chain.at(-1)]
  if (leaf === undefined || root === undefined) throw new ServerCertificateError('the chain is empty')
  if (chain.length > mostCertificates) throw new ServerCertificateError('the chain is too long')
  if (!isKeyOf(key, leaf))
    throw new ServerCertificateError('the key does not belong to the first certificate of the chain')
  checkKey(key)
  chain.forEach((certificate, at) => {
    const issuer = chain[at + 1] ?? certificate
    try {
      checkIssued(certificate, issuer)
      checkValidity(certificate, nowMs)
    } catch (cause) {
      throw new ServerCertificateError(describe(certificate, cause, certificate === root), { cause })
    }
  })
  const usages = leaf.keyUsage as readonly string[] | undefined
  if (leaf.ca || !(usages?.includes(id_kp_serverAuth) ?? true)) {
    throw new ServerCertificateError('the first certificate of the chain is not for a TLS server')
  }
  for (const name of names) {
    const fits = isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)
    if (fits === undefined)
      throw new ServerCertificateError(`the certificate does not name ${name}, under which the server is reached`)
  }
}

function describe(certificate: X509Certificate, cause: unknown, isRoot: boolean): string {
  const name = certificate.subject.replaceAll('\n', ', ')
  if (cause instanceof CertificateError && cause.problem === 'pki/validity') return `${name}: not valid at this time`
  return isRoot
    ? `${name}: the chain must end in its self-signed root, which machines will pin; append it`
    : `${name}: not issued by the certificate after it in the chain`
}

function checkKey(key: KeyObject): void {
  const details = key.asymmetricKeyDetails
  const strong =
    key.asymmetricKeyType === 'rsa'
      ? (details?.modulusLength ?? 0) >= smallestRsaBits
      : key.asymmetricKeyType === 'ec' && curves.includes(details?.namedCurve ?? '')
  if (!strong) throw new ServerCertificateError('the key must be RSA of 2048 bits or more, or P-256, P-384 or P-521')
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw new ServerCertificateError('the chain file holds a damaged certificate', { cause })
  }
}

function certificatesOf(pkcs12: forge.pkcs12.Pkcs12Pfx): readonly X509Certificate[] {
  const type = forge.pki.oids['certBag'] ?? ''
  const bags = pkcs12.getBags({ bagType: type })[type] ?? []
  if (bags.length > mostCertificates) throw new ServerCertificateError('PKCS #12: too many certificates in it')
  return bags.map(({ cert }) => {
    // node-forge leaves `cert` out where it cannot read the key of a certificate.
    if (!cert)
      throw new ServerCertificateError('PKCS #12: only RSA certificates are read; give the chain and the key as PEM')
    return new X509Certificate(Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(cert)).getBytes(), 'binary'))
  })
}

function keyOf(pkcs12: forge.pkcs12.Pkcs12Pfx): KeyObject {
  const types = [forge.pki.oids['pkcs8ShroudedKeyBag'] ?? '', forge.pki.oids['keyBag'] ?? '']
  const bags = types.flatMap((bagType) => pkcs12.getBags({ bagType })[bagType] ?? [])
  const [bag, second] = bags
  if (bag === undefined) throw new ServerCertificateError('PKCS #12: no private key in it')
  if (second !== undefined) throw new ServerCertificateError('PKCS #12: more than one private key in it')
  if (!bag.key) throw new ServerCertificateError('PKCS #12: only RSA keys are read; give the chain and the key as PEM')
  return createPrivateKey(forge.pki.privateKeyToPem(bag.key))
}

function orderChain(leaf: X509Certificate, certificates: readonly X509Certificate[]): readonly X509Certificate[] {
  const chain = [leaf]
  for (let last = leaf; ;) {
    const issuer = certificates.find((each) => !chain.includes(each) && last.checkIssued(each))
    if (issuer === undefined) return chain
    chain.push(issuer)
    last = issuer
  }
}
