import {
  ActivateCredential,
  akTemplate,
  ekTemplates,
  passwordSession,
  type TPMT_PUBLIC,
  type TpmClient,
} from '../../core/tpm/index.ts'
import { asEndorsed } from './as-endorsed.ts'
import { createPrimary, flush, type PrimaryKey } from './primary-key.ts'

/** What TPM2_MakeCredential gives (Part 3, 12.6): the contents of TPM2B_ID_OBJECT and TPM2B_ENCRYPTED_SECRET. */
export interface Credential {
  readonly credentialBlob: Uint8Array
  readonly secret: Uint8Array
}

/** EKs and AK of a TPM, loaded together: what an enrolment proves to sit in one TPM. */
export class Endorsement {
  readonly #client: TpmClient
  readonly #random: (size: number) => Uint8Array
  readonly #akAuth: Uint8Array
  readonly #eks: readonly PrimaryKey[]
  readonly #ak: PrimaryKey

  private constructor(
    client: TpmClient,
    random: (size: number) => Uint8Array,
    akAuth: Uint8Array,
    keys: { readonly eks: readonly PrimaryKey[]; readonly ak: PrimaryKey },
  ) {
    this.#client = client
    this.#random = random
    this.#akAuth = akAuth
    this.#eks = keys.eks
    this.#ak = keys.ak
  }

  /** Makes the EKs of all templates, and the AK under the authorization value given. */
  static async load(
    client: TpmClient,
    random: (size: number) => Uint8Array,
    akAuth: Uint8Array,
    template: TPMT_PUBLIC = akTemplate,
  ): Promise<Endorsement> {
    const eks: PrimaryKey[] = []
    for (const ek of ekTemplates) eks.push(await createPrimary(client, ek.template))
    return new Endorsement(client, random, akAuth, { eks, ak: await createPrimary(client, template, akAuth) })
  }

  /** TPMT_PUBLIC of each EK, in the order of ekTemplates. */
  get ekPublics(): readonly Uint8Array[] {
    return this.#eks.map(({ publicArea }) => publicArea)
  }

  get akPublic(): Uint8Array {
    return this.#ak.publicArea
  }

  /** Opens the credentials, one for each EK in its order (Part 1, 24). */
  async activate(credentials: readonly Credential[]): Promise<readonly Uint8Array[]> {
    const secrets: Uint8Array[] = []
    for (const [index, ek] of this.#eks.entries()) {
      const credential = credentials[index]
      if (credential === undefined) throw new TypeError('a credential for each EK')
      secrets.push(await this.#activateOne(ek, credential))
    }
    return secrets
  }

  async #activateOne(ek: PrimaryKey, { credentialBlob, secret }: Credential): Promise<Uint8Array> {
    const activateHandle = { ...this.#ak, auth: passwordSession(this.#akAuth) }
    const { certInfo } = await asEndorsed(this.#client, this.#random, (auth) =>
      this.#client.run(ActivateCredential, { activateHandle, keyHandle: { ...ek, auth } }, { credentialBlob, secret }),
    )
    return certInfo
  }

  async unload(): Promise<void> {
    for (const key of [...this.#eks, this.#ak]) await flush(this.#client, key)
  }
}
