import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { equalInConstantTime, toHex } from '../../core/bytes/index.ts'
import { checkIssued, parseCertificate, readPeerIdentity, spkiSha256, type PeerIdentity } from '../../core/pki/index.ts'
import type { KeyContext, KeyVault, Random } from '../keys/index.ts'
import { decodeAuthorities, encodeAuthorities, type StoredAuthority } from './authority-file.ts'
import type {
  CertificateAuthority,
  EkCertificateRequest,
  MachineCertificateRequest,
  OperatorCertificateRequest,
} from './certificate-authority.ts'
import {
  authorityProfile,
  ekAuthorityProfile,
  ekProfile,
  machineProfile,
  operatorProfile,
  serverProfile,
} from './profiles.ts'
import { generatePrivateKey, readPrivateKey, Signer, spkiOf, type CertificateContent } from './signer.ts'

/** Milliseconds since 1970, UTC. */
export type Clock = () => number

/** What an authority needs from outside. */
export interface AuthoritySurroundings {
  readonly vault: Pick<KeyVault, 'wrap' | 'unwrap'>
  readonly random: Random
  readonly clock: Clock
}

const context: KeyContext = { purpose: 'authority-key', version: 1 }
const ekContext: KeyContext = { purpose: 'authority-key', group: 'emulated-tpm', version: 1 }

/** The names carry a part of the key's digest: two servers' authorities are told apart in a trust store. */
const subjects = (mark: string): { own: string; ek: string } => ({
  own: `CN=Bootlatch authority ${mark}`,
  ek: `CN=Bootlatch emulated TPM authority ${mark}`,
})

async function makeAuthority(
  { vault, random }: AuthoritySurroundings,
  keyContext: KeyContext,
  content: CertificateContent,
): Promise<StoredAuthority> {
  const key = generatePrivateKey()
  try {
    const signer = await Signer.open(content.subject, key, random)
    return { certificate: await signer.signItself(content), wrappedKey: await vault.wrap(keyContext, key) }
  } finally {
    key.fill(0)
  }
}

/** New authorities with new keys: the bytes of the file that keeps them. */
export async function createAuthorities(surroundings: AuthoritySurroundings): Promise<Uint8Array> {
  const { own, ek } = subjects(toHex(surroundings.random(4)))
  return encodeAuthorities([
    await makeAuthority(surroundings, context, authorityProfile(own)),
    await makeAuthority(surroundings, ekContext, ekAuthorityProfile(ek)),
  ])
}

/**
 * Opens what `createAuthorities` made.
 * @throws WireError, CertificateError, KeyError if the file is damaged or not of this vault.
 */
export async function openAuthorities(file: Uint8Array, surroundings: AuthoritySurroundings): Promise<OwnAuthority> {
  const [own, ek] = decodeAuthorities(file)
  return new OwnAuthority(
    await openAuthority(own, context, surroundings),
    await openAuthority(ek, ekContext, surroundings),
    surroundings.clock,
  )
}

interface OpenAuthority {
  readonly certificate: X509Certificate
  readonly signer: Signer
}

async function openAuthority(
  stored: StoredAuthority,
  keyContext: KeyContext,
  { vault, random }: AuthoritySurroundings,
): Promise<OpenAuthority> {
  const certificate = parseCertificate(stored.certificate)
  checkIssued(certificate, certificate)
  const key = await vault.unwrap(keyContext, stored.wrappedKey)
  try {
    const spki = certificate.publicKey.export({ type: 'spki', format: 'der' })
    if (!equalInConstantTime(spki, spkiOf(readPrivateKey(key))))
      throw new TypeError('authority key and certificate differ')
    return { certificate, signer: await Signer.open(certificate.subject, key, random) }
  } finally {
    key.fill(0)
  }
}

/** The customer's own authority, its keys in use in this process. */
export class OwnAuthority implements CertificateAuthority {
  readonly serverId: Uint8Array
  readonly certificate: Uint8Array
  readonly ekCertificate: Uint8Array
  readonly #own: OpenAuthority
  readonly #ek: OpenAuthority
  readonly #clock: Clock

  constructor(own: OpenAuthority, ek: OpenAuthority, clock: Clock) {
    this.#own = own
    this.#ek = ek
    this.#clock = clock
    this.serverId = spkiSha256(own.certificate)
    this.certificate = Uint8Array.from(own.certificate.raw)
    this.ekCertificate = Uint8Array.from(ek.certificate.raw)
  }

  issueMachineCertificate({ machineId, spki }: MachineCertificateRequest): Promise<readonly Uint8Array[]> {
    return this.#issue(spki, machineProfile(machineId))
  }

  issueOperatorCertificate({ name, spki }: OperatorCertificateRequest): Promise<readonly Uint8Array[]> {
    return this.#issue(spki, operatorProfile(name, this.#clock()))
  }

  /** A certificate for the server itself, under these DNS names and addresses. */
  issueServerCertificate(names: readonly string[], spki: Uint8Array): Promise<readonly Uint8Array[]> {
    return this.#issue(
      spki,
      serverProfile(names, (name) => isIP(name) !== 0, this.#clock()),
    )
  }

  issueEkCertificate({ spki }: EkCertificateRequest): Promise<Uint8Array> {
    return this.#ek.signer.sign(
      spki,
      ekProfile(ekKeyType(createPublicKey({ key: Buffer.from(spki), type: 'spki', format: 'der' }))),
    )
  }

  peerIdentity(untrusted: Uint8Array): PeerIdentity {
    return readPeerIdentity(untrusted, this.#own.certificate, this.#clock())
  }

  async #issue(spki: Uint8Array, content: CertificateContent): Promise<readonly Uint8Array[]> {
    return [await this.#own.signer.sign(spki, content), this.certificate]
  }
}

/** @throws TypeError for a key that is no EK of our TPMs. */
function ekKeyType(key: KeyObject): 'rsa' | 'ec' {
  const type = key.asymmetricKeyType
  if (type !== 'rsa' && type !== 'ec') throw new TypeError('an EK is an RSA or an elliptic-curve key')
  return type
}
