import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { WireError } from '../../core/bytes/index.ts'
import { decodeBootTokens, encodeBootTokens } from './boot-tokens.ts'
import type { Folder } from './folder.ts'
import { decodeIdentity, encodeIdentity, type MachineIdentity } from './identity.ts'

/** What a machine keeps between its boots. Everything here is assumed copied with its disk. */
export const machineFile = {
  key: 'machine.key.pem',
  certificates: 'machine.crt.pem',
  anchor: 'anchor.pem',
  identity: 'machine.json',
  bootTokens: 'tokens',
  state: 'vtpm.state',
  akAuth: 'ak.auth',
  /** EK certificates that wait for the TPM's NV storage; empty once they are there. */
  ekCertificates: 'ek.crt.pem',
} as const

export type MachineFile = (typeof machineFile)[keyof typeof machineFile]

/** The folder holds no machine, or half of one that no crash of the agent leaves behind. */
export class NotEnrolled extends Error {
  override readonly name = 'NotEnrolled'
}

const text = {
  of: (bytes: Uint8Array) => new TextDecoder().decode(bytes),
  bytes: (of: string) => new TextEncoder().encode(of),
}

/** A machine's files, read and written as what they mean. */
export class MachineFolder {
  readonly files: Folder

  constructor(files: Folder) {
    this.files = files
  }

  get statePath(): string {
    return this.files.pathOf(machineFile.state)
  }

  /** The machine key; a first one is drawn, and on the disk before it is returned. */
  machineKey(): KeyObject {
    const pem = this.files.read(machineFile.key)
    if (pem !== undefined) return createPrivateKey(text.of(pem))
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    this.files.replace(machineFile.key, text.bytes(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string))
    return privateKey
  }

  /** What a person compares before the machine is accepted: SHA-256 of the machine key's SPKI, in hexadecimal. */
  machineKeyFingerprint(): string {
    const spki = createPublicKey(this.machineKey()).export({ type: 'spki', format: 'der' })
    return createHash('sha256').update(spki).digest('hex')
  }

  /** Whether an enrolment was completed here. */
  get isEnrolled(): boolean {
    return this.files.has(machineFile.identity)
  }

  /** @throws NotEnrolled; WireError if the file is damaged. */
  identity(): MachineIdentity {
    return decodeIdentity(this.#required(machineFile.identity))
  }

  keepIdentity(identity: MachineIdentity): void {
    this.files.replace(machineFile.identity, encodeIdentity(identity))
  }

  /** PEM of the certificates of that name. */
  certificates(file: 'certificates' | 'anchor'): string {
    return text.of(this.#required(machineFile[file]))
  }

  /** PEM of certificates that wait for the TPM, or undefined. */
  waitingEkCertificates(): string | undefined {
    const pem = this.files.read(machineFile.ekCertificates)
    return pem === undefined || pem.length === 0 ? undefined : text.of(pem)
  }

  keepCertificates(file: 'certificates' | 'anchor' | 'ekCertificates', pem: string): void {
    this.files.replace(machineFile[file], text.bytes(pem))
  }

  /** Oldest first; @throws NotEnrolled; WireError if the file is damaged. */
  bootTokens(): readonly Uint8Array[] {
    return decodeBootTokens(this.#required(machineFile.bootTokens))
  }

  keepBootTokens(tokens: readonly Uint8Array[]): void {
    this.files.replace(machineFile.bootTokens, encodeBootTokens(tokens))
  }

  /** Authorization value of the AK, which the guest does not have. */
  akAuth(): Uint8Array {
    const auth = this.#required(machineFile.akAuth)
    if (auth.length !== akAuthBytes)
      throw new WireError(`${auth.length} bytes, not ${akAuthBytes}`, [machineFile.akAuth])
    return auth
  }

  keepAkAuth(auth: Uint8Array): void {
    this.files.replace(machineFile.akAuth, auth)
  }

  /** To be called once the waiting EK certificates are in the TPM. */
  forgetEkCertificates(): void {
    this.files.replace(machineFile.ekCertificates, new Uint8Array(0))
  }

  #required(file: MachineFile): Uint8Array {
    const contents = this.files.read(file)
    if (contents === undefined)
      throw new NotEnrolled(`${this.files.pathOf(file)} is missing: the machine is not enrolled`)
    return contents
  }
}

/** The AK's nameAlg is SHA-256: no longer value is allowed (Part 1, 19.6.4.3). */
export const akAuthBytes = 32
