import { ALG, RC, RSA_Decrypt, RSA_Encrypt } from '../../../core/tpm/index.ts'
import { decryptByRsa, encryptByRsa, selectRsaScheme } from '../encryption/rsa.ts'
import { implement } from '../implement.ts'

/** Part 1, B.4: a label is a string with its terminator. */
const isLabel = (label: Uint8Array): boolean => label.length === 0 || label.at(-1) === 0

/**
 * Part 3, 14.2.
 * @throws KEY if keyHandle is no RSA key; ATTRIBUTES if it does not decrypt; SCHEME if not by inScheme; VALUE if the
 * label has no terminator, or the message does not fit.
 */
const rsaEncrypt = implement(RSA_Encrypt, (_tpm, { handles: { keyHandle }, parameters, fail }) => {
  const { message, inScheme, label } = parameters
  const { publicArea } = keyHandle
  if (publicArea.type !== ALG.rsa) return fail(RC.key, 'keyHandle')
  if (!publicArea.objectAttributes.decrypt) fail(RC.attributes, 'keyHandle')
  if (!isLabel(label)) fail(RC.value, 'label')
  const scheme = selectRsaScheme(publicArea, inScheme) ?? fail(RC.scheme, 'inScheme')
  const outData = encryptByRsa(publicArea, scheme, message, label)
  return typeof outData === 'number' ? fail(outData) : { outData }
})

/**
 * Part 3, 14.3.
 * @throws KEY if keyHandle is no RSA key; ATTRIBUTES if it is restricted or does not decrypt; SCHEME if not by inScheme;
 * SIZE if the cipher text is not as long as the key; VALUE if the label has no terminator, or the padding is wrong.
 */
const rsaDecrypt = implement(RSA_Decrypt, (_tpm, { handles: { keyHandle }, parameters, fail }) => {
  const { cipherText, inScheme, label } = parameters
  const { publicArea } = keyHandle
  if (publicArea.type !== ALG.rsa) return fail(RC.key, 'keyHandle')
  const { restricted, decrypt } = publicArea.objectAttributes
  if (restricted || !decrypt) fail(RC.attributes, 'keyHandle')
  if (!isLabel(label)) fail(RC.value, 'label')
  const scheme = selectRsaScheme(publicArea, inScheme) ?? fail(RC.scheme, 'inScheme')
  if (cipherText.length !== publicArea.unique.length) fail(RC.size)
  const message = decryptByRsa(keyHandle.privateKey, scheme, cipherText, label)
  return typeof message === 'number' ? fail(message) : { message }
})

export const asymmetricCommands = [rsaEncrypt, rsaDecrypt]
