import {
  akTemplate,
  ALG,
  CC,
  commandCodeStep,
  type EccPublic,
  type KeyedHashPublic,
  srkTemplate,
  type SymCipherPublic,
  TPMA_OBJECT,
  type TPMT_PUBLIC,
  type TPMT_SENSITIVE,
} from '../../core/tpm/index.ts'
import { aesKey, eccKey, type ExternalKey, hmacKey, rsaKey } from '../conformance/external-keys.ts'
import type { Choices } from './choices.ts'
import { digestOf, policies } from './policies.ts'

const empty = new Uint8Array(0)
const made = ['sensitiveDataOrigin', 'userWithAuth'] as const
const fixed = ['fixedTPM', 'fixedParent'] as const

const eccSigner: EccPublic = {
  ...akTemplate,
  objectAttributes: TPMA_OBJECT.of(...made, 'sign', 'noDA'),
  parameters: { ...akTemplate.parameters, scheme: { scheme: ALG.null } },
}
const eccAgreement: EccPublic = {
  ...eccSigner,
  objectAttributes: TPMA_OBJECT.of(...made, ...fixed, 'decrypt'),
  parameters: { ...eccSigner.parameters, scheme: { scheme: ALG.ecdh, hashAlg: ALG.sha256 } },
}
const sealed: KeyedHashPublic = {
  type: ALG.keyedhash,
  nameAlg: ALG.sha256,
  objectAttributes: TPMA_OBJECT.of('userWithAuth', ...fixed),
  authPolicy: empty,
  parameters: { scheme: { scheme: ALG.null } },
  unique: empty,
}
const hmacSigner: KeyedHashPublic = {
  ...sealed,
  objectAttributes: TPMA_OBJECT.of(...made, 'sign'),
  parameters: { scheme: { scheme: ALG.hmac, hashAlg: ALG.sha256 } },
}
const derivationParent: KeyedHashPublic = {
  ...sealed,
  objectAttributes: TPMA_OBJECT.of(...made, ...fixed, 'restricted', 'decrypt'),
  parameters: { scheme: { scheme: ALG.xor, hashAlg: ALG.sha256, kdf: ALG.kdf1_sp800_108 } },
}
const cipher: SymCipherPublic = {
  type: ALG.symcipher,
  nameAlg: ALG.sha256,
  objectAttributes: TPMA_OBJECT.of(...made, 'decrypt', 'sign'),
  authPolicy: empty,
  parameters: { sym: { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb } },
  unique: empty,
}
const symmetricParent: SymCipherPublic = {
  ...cipher,
  objectAttributes: TPMA_OBJECT.of(...made, ...fixed, 'restricted', 'decrypt'),
}

const authenticator: SymCipherPublic = {
  ...cipher,
  objectAttributes: TPMA_OBJECT.of(...made, 'sign'),
  parameters: { sym: { algorithm: ALG.aes, keyBits: 128, mode: ALG.cmac } },
}

/** Public areas that commands make keys of. */
const templates: readonly TPMT_PUBLIC[] = [
  srkTemplate,
  srkTemplate,
  srkTemplate,
  akTemplate,
  eccSigner,
  eccAgreement,
  sealed,
  hmacSigner,
  cipher,
  symmetricParent,
  authenticator,
  derivationParent,
]

/** The same, with one of the policies that sessions are brought to; in half of the cases nothing else opens it. */
function underPolicy<T extends TPMT_PUBLIC>(publicArea: T, choices: Choices): T {
  if (publicArea.nameAlg === ALG.null) return publicArea
  const authPolicy = digestOf(publicArea.nameAlg, choices.pick(policies))
  const userWithAuth = publicArea.objectAttributes.userWithAuth && choices.chance(50)
  return { ...publicArea, authPolicy, objectAttributes: { ...publicArea.objectAttributes, userWithAuth } }
}

const attributeNames = Object.keys(TPMA_OBJECT.of()) as readonly (keyof TPMA_OBJECT)[]
const hashes = [ALG.sha256, ALG.sha1, ALG.sha384, ALG.sha512] as const

/** A template, in some cases with an attribute turned over, another nameAlg or a policy. */
export function templateOf(choices: Choices, digests: readonly Uint8Array[]): TPMT_PUBLIC {
  let template = choices.pick(templates)
  if (choices.chance(15)) {
    const name = choices.pick(attributeNames)
    template = {
      ...template,
      objectAttributes: { ...template.objectAttributes, [name]: !template.objectAttributes[name] },
    }
  }
  if (choices.chance(10)) template = { ...template, nameAlg: choices.pick(hashes) }
  if (choices.chance(5) && digests.length > 0) return { ...template, authPolicy: choices.pick(digests) }
  return choices.chance(35) ? underPolicy(template, choices) : template
}

const movable = ({ publicArea, sensitive }: ExternalKey): ExternalKey => ({
  publicArea: { ...publicArea, authPolicy: commandCodeStep(CC.Duplicate)(ALG.sha256, new Uint8Array(32)) },
  sensitive,
})
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Keys whose private part every side knows. */
const externalKeys: readonly ExternalKey[] = [
  hmacKey(ascii('an hmac key')),
  eccKey(),
  rsaKey(),
  aesKey(new Uint8Array(16).fill(3)),
  eccKey({ scheme: ALG.ecdsa, hashAlg: ALG.sha256 }),
  rsaKey({ scheme: ALG.rsassa, hashAlg: ALG.sha1 }),
  rsaKey({ scheme: ALG.null }, ['userWithAuth', 'noDA', 'decrypt']),
  eccKey({ scheme: ALG.null }, ['userWithAuth', 'decrypt', 'sign']),
  movable(hmacKey(ascii('a key that leaves'))),
  hmacKey(ascii('data'), { scheme: ALG.null }, ['userWithAuth']),
  aesKey(new Uint8Array(32).fill(5), ALG.cbc),
  aesKey(new Uint8Array(16).fill(6), ALG.cmac, ['userWithAuth', 'noDA', 'sign']),
]

/** Both parts of such a key, or its public part alone. */
export function externalOf(choices: Choices): {
  readonly publicArea: TPMT_PUBLIC
  readonly sensitive: TPMT_SENSITIVE | undefined
} {
  const { publicArea: plain, sensitive } = choices.pick(externalKeys)
  const publicArea = choices.chance(25) ? underPolicy(plain, choices) : plain
  const isPublic = choices.chance(20)
  return { publicArea, sensitive: isPublic ? undefined : sensitive }
}
