import { ALG } from '../../../core/tpm/index.ts'
import type { LoadedObject } from '../state/loaded-object.ts'

/**
 * What a storage parent protects its children with.
 * @throws TypeError if the object is no storage parent, or its secret is not loaded.
 */
export function protectionOf(parent: LoadedObject): {
  readonly hash: number
  readonly seed: Uint8Array
  readonly algorithm: number
  readonly keyBits: number
} {
  const { publicArea, sensitive } = parent
  if (sensitive === undefined || publicArea.type === ALG.keyedhash) throw new TypeError('no storage parent')
  const symmetric = publicArea.type === ALG.symcipher ? publicArea.parameters.sym : publicArea.parameters.symmetric
  if (symmetric.algorithm === ALG.null) throw new TypeError('no storage parent')
  const { algorithm, keyBits } = symmetric
  return { hash: publicArea.nameAlg, seed: sensitive.seedValue, algorithm, keyBits }
}
