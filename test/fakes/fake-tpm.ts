import { createECDH, generateKeyPairSync, type ECDH } from 'node:crypto'
import {
  decode,
  ekTemplates,
  encode,
  kdfe,
  nameOf,
  openCredential,
  TPMS_ECC_POINT,
  TPMT_PUBLIC,
} from '../../core/tpm/index.ts'
import { Attester } from '../../agent/boot/simulate/attester.ts'

const ecc = ekTemplates.find(({ kind }) => kind === 'ecc-p256')?.template

/** A TPM with one P-256 EK and one AK: it activates credentials and quotes. */
export class FakeTpm {
  readonly ekPublic: Uint8Array
  readonly attester = new Attester()
  readonly #ek: ECDH
  readonly #ekArea: TPMT_PUBLIC

  constructor() {
    this.#ek = createECDH('prime256v1')
    const point = new Uint8Array(this.#ek.generateKeys())
    this.#ekArea = { ...ecc!, unique: { x: point.slice(1, 33), y: point.slice(33) } } as TPMT_PUBLIC
    this.ekPublic = encode(TPMT_PUBLIC, this.#ekArea)
  }

  get akPublic(): Uint8Array {
    return this.attester.publicBytes
  }

  /** TPM2_ActivateCredential (Part 3, 12.5), for an AK that may be another TPM's. */
  activate(
    challenge: { readonly credentialBlob: Uint8Array; readonly secret: Uint8Array },
    akPublic = this.akPublic,
  ): Uint8Array {
    const { x, y } = decode(TPMS_ECC_POINT, challenge.secret)
    const z = new Uint8Array(this.#ek.computeSecret(Buffer.concat([Uint8Array.of(4), x, y])))
    const ekX = new Uint8Array(this.#ek.getPublicKey()).slice(1, 33)
    const seed = kdfe(this.#ekArea.nameAlg, z, 'IDENTITY', x, ekX)
    return openCredential(this.#ekArea, seed, nameOf(decode(TPMT_PUBLIC, akPublic)), challenge.credentialBlob)
  }
}

/** A P-256 key pair, and its public half as SubjectPublicKeyInfo. */
export function newMachineKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return { privateKey, spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })) }
}
