import { ALG, CURVE, TPMA_OBJECT, type TPMT_PUBLIC } from '../../core/tpm/index.ts'
import { random } from './tpm-under-test.ts'

const empty = new Uint8Array(0)
const none = { scheme: ALG.null } as const
const noCipher = { algorithm: ALG.null } as const
const byPassword = ['fixedTPM', 'fixedParent', 'userWithAuth', 'noDA'] as const
const ofTpm = [...byPassword, 'sensitiveDataOrigin'] as const

type Purpose = 'sign' | 'decrypt'

export const eccKey = (purpose: Purpose): TPMT_PUBLIC => ({
  type: ALG.ecc,
  nameAlg: ALG.sha256,
  objectAttributes: TPMA_OBJECT.of(...ofTpm, purpose),
  authPolicy: empty,
  parameters: { symmetric: noCipher, scheme: none, curveID: CURVE.nistP256, kdf: none },
  unique: { x: empty, y: empty },
})

export const rsaKey = (purpose: Purpose): TPMT_PUBLIC => ({
  type: ALG.rsa,
  nameAlg: ALG.sha256,
  objectAttributes: TPMA_OBJECT.of(...ofTpm, purpose),
  authPolicy: empty,
  parameters: { symmetric: noCipher, scheme: none, keyBits: 2048, exponent: 0 },
  unique: empty,
})

export const hmacKey: TPMT_PUBLIC = {
  type: ALG.keyedhash,
  nameAlg: ALG.sha256,
  objectAttributes: TPMA_OBJECT.of(...ofTpm, 'sign'),
  authPolicy: empty,
  parameters: { scheme: { scheme: ALG.hmac, hashAlg: ALG.sha256 } },
  unique: empty,
}

/** Data that its password opens, or, with a policy, that policy alone. */
export const sealed = (authPolicy: Uint8Array = empty): TPMT_PUBLIC => ({
  type: ALG.keyedhash,
  nameAlg: ALG.sha256,
  objectAttributes:
    authPolicy.length > 0 ? TPMA_OBJECT.of('fixedTPM', 'fixedParent', 'noDA') : TPMA_OBJECT.of(...byPassword),
  authPolicy,
  parameters: { scheme: none },
  unique: empty,
})

/** The same template with another unique field: another key each time, so that nothing is answered from memory. */
export function varied(template: TPMT_PUBLIC): TPMT_PUBLIC {
  if (template.type === ALG.rsa) return { ...template, unique: random(256) }
  return { ...template, unique: { x: random(32), y: random(32) } } as TPMT_PUBLIC
}
