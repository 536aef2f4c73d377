import { ALG, cipherBlockBytes, EncryptDecrypt, EncryptDecrypt2, RC, type Parameters } from '../../../core/tpm/index.ts'
import { cipherMode, runCipher } from '../encryption/cipher-mode.ts'
import { implement } from '../implement.ts'
import type { LoadedObject } from '../state/loaded-object.ts'

type Fail = (rc: number, subject?: 'keyHandle' | 'decrypt' | 'mode' | 'ivIn' | 'inData') => never

/**
 * Part 3, 15.2.
 * @throws KEY if keyHandle is no cipher; ATTRIBUTES if it is restricted or does not work in this direction; MODE if the
 * key authenticates only, no mode is said or another than the key's; SIZE if the IV is not what the mode takes, or the data no whole blocks.
 */
function encryptDecrypt(key: LoadedObject, parameters: Parameters<typeof EncryptDecrypt>, fail: Fail) {
  const { publicArea, sensitive } = key
  if (publicArea.type !== ALG.symcipher || sensitive === undefined) return fail(RC.key, 'keyHandle')
  const { restricted, decrypt, sign } = publicArea.objectAttributes
  const isDecryption = parameters.decrypt === 1
  if (restricted || !(isDecryption ? decrypt : sign)) fail(RC.attributes, 'keyHandle')
  const { algorithm, mode: ownMode } = publicArea.parameters.sym
  if (ownMode === ALG.cmac) return fail(RC.mode, 'keyHandle')
  const mode = ownMode === ALG.null ? parameters.mode : ownMode
  if (mode === ALG.null || (parameters.mode !== ALG.null && parameters.mode !== mode)) fail(RC.mode, 'mode')
  const { hasIv, wholeBlocks } = cipherMode(mode)
  const blockBytes = cipherBlockBytes(algorithm)
  const { ivIn, inData } = parameters
  if (ivIn.length !== (hasIv ? blockBytes : 0)) fail(RC.size, 'ivIn')
  if (wholeBlocks && inData.length % blockBytes !== 0) fail(RC.size, 'inData')
  return runCipher(isDecryption ? 'decrypt' : 'encrypt', { algorithm, mode }, sensitive.sensitive, ivIn, inData)
}

const inOldOrder = implement(EncryptDecrypt, (_tpm, { handles, parameters, fail }) =>
  encryptDecrypt(handles.keyHandle, parameters, fail),
)

/** Part 3, 15.3. */
const inNewOrder = implement(EncryptDecrypt2, (_tpm, { handles, parameters, fail }) =>
  encryptDecrypt(handles.keyHandle, parameters, fail),
)

export const symmetricCommands = [inOldOrder, inNewOrder]
