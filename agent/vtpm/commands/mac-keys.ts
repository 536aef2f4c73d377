import { ALG, hmac, RC, type KeyedHashPublic, type SymCipherPublic } from '../../../core/tpm/index.ts'
import { ResumableCmac } from '../encryption/resumable-cmac.ts'
import type { LoadedObject } from '../state/loaded-object.ts'
import { CmacSequence, HmacSequence } from './sequences.ts'

/** What a key authenticates messages by, in one piece or in several. */
interface MacKey {
  mac(message: Uint8Array): Uint8Array
  start(handle: number, authValue: Uint8Array): HmacSequence | CmacSequence
}

type Fail = (rc: number, subject: 'handle' | 'hashAlg') => never

/**
 * A key as the command's scheme uses it.
 * @throws what TPM2_MAC does, in its order: the type, the scheme, the attributes.
 */
export function macKeyOf({ publicArea, sensitive }: LoadedObject, requested: number, fail: Fail): MacKey {
  if (publicArea.type !== ALG.keyedhash && publicArea.type !== ALG.symcipher) return fail(RC.type, 'handle')
  const own = ownScheme(publicArea)
  const scheme = own === ALG.null ? requested : own
  if (scheme === ALG.null || (requested !== ALG.null && requested !== scheme)) fail(RC.value, 'hashAlg')
  const isCipher = publicArea.type === ALG.symcipher
  if (isCipher !== (scheme === ALG.cmac)) fail(RC.scheme, 'hashAlg')
  const { restricted, sign } = publicArea.objectAttributes
  if (restricted) fail(RC.attributes, 'handle')
  if (!sign) fail(RC.key, 'handle')
  if (sensitive === undefined) throw new TypeError('a key whose sensitive area is loaded')
  const key = sensitive.sensitive
  return isCipher ? cmacKey(publicArea.parameters.sym.algorithm, key) : hmacKey(scheme, key)
}

/** A hash algorithm or TPM_ALG_CMAC; TPM_ALG_NULL where each use says its own. */
function ownScheme(publicArea: KeyedHashPublic | SymCipherPublic): number {
  if (publicArea.type === ALG.symcipher) return publicArea.parameters.sym.mode
  const { scheme } = publicArea.parameters
  return scheme.scheme === ALG.null ? ALG.null : scheme.hashAlg
}

const hmacKey = (hashAlg: number, key: Uint8Array): MacKey => ({
  mac: (message) => hmac(hashAlg, key, message),
  start: (handle, authValue) => HmacSequence.start(handle, authValue, hashAlg, key),
})

const cmacKey = (algorithm: number, key: Uint8Array): MacKey => ({
  mac(message) {
    const cmac = new ResumableCmac(algorithm, key)
    cmac.update(message)
    const tag = cmac.digest()
    cmac.erase()
    return tag
  },
  start: (handle, authValue) => new CmacSequence(handle, authValue, new ResumableCmac(algorithm, key)),
})
