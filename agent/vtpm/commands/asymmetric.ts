import {
  ALG,
  curve,
  ECC_Parameters,
  ECDH_KeyGen,
  ECDH_ZGen,
  hashAlgorithms,
  RC,
  RSA_Decrypt,
  RSA_Encrypt,
} from '../../../core/tpm/index.ts'
import { decryptByRsa, encryptByRsa, selectRsaScheme } from '../encryption/rsa.ts'
import { implement } from '../implement.ts'
import { bigIntToBytes, bytesToBigInt } from '../keys/big-integer.ts'
import { deriveEccKey, publicPointOf } from '../keys/derive-key.ts'
import { multiplyPoint } from '../keys/multiply-point.ts'
import { isOnCurve } from '../objects/key-checks.ts'

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

/**
 * Part 3, 14.4.
 * @throws KEY if keyHandle is no ECC key.
 */
const ecdhKeyGen = implement(ECDH_KeyGen, (tpm, { handles: { keyHandle }, fail }) => {
  const { publicArea } = keyHandle
  if (publicArea.type !== ALG.ecc) return fail(RC.key, 'keyHandle')
  const { curveID } = publicArea.parameters
  const { d, ...pubPoint } = deriveEccKey(curveID, tpm.random)
  const zPoint = multiplyPoint(curveID, d, publicArea.unique)
  d.fill(0)
  return { zPoint, pubPoint }
})

/**
 * Part 3, 14.5.
 * @throws KEY if keyHandle is no ECC key; ATTRIBUTES if it is restricted or does not decrypt; SCHEME if it has another
 * scheme than ECDH; ECC_POINT if inPoint is not on its curve.
 */
const ecdhZGen = implement(ECDH_ZGen, (_tpm, { handles: { keyHandle }, parameters: { inPoint }, fail }) => {
  const { publicArea, sensitive } = keyHandle
  if (publicArea.type !== ALG.ecc || sensitive === undefined) return fail(RC.key, 'keyHandle')
  const { restricted, decrypt } = publicArea.objectAttributes
  if (restricted || !decrypt) fail(RC.attributes, 'keyHandle')
  const { scheme, curveID } = publicArea.parameters
  if (scheme.scheme !== ALG.null && scheme.scheme !== ALG.ecdh) fail(RC.scheme, 'keyHandle')
  if (!isOnCurve({ ...publicArea, unique: inPoint })) fail(RC.eccPoint, 'inPoint')
  return { outPoint: multiplyPoint(curveID, sensitive.sensitive, inPoint) }
})

/** The shortest digest that is as long as a coordinate, or the longest there is. */
function kdfHashOf(coordinateBytes: number): number {
  const longEnough = hashAlgorithms.find(({ digestBytes }) => digestBytes >= coordinateBytes)
  return longEnough?.id ?? ALG.sha512
}

/** Part 3, 14.6; b follows from the base point, which is on the curve. */
const eccParameters = implement(ECC_Parameters, (_tpm, { parameters: { curveID } }) => {
  const { bits, coordinateBytes, prime, order } = curve(curveID)
  const bytes = (value: bigint): Uint8Array => bigIntToBytes(value, coordinateBytes)
  const base = publicPointOf(curveID, bytes(1n))
  const [x, y] = [bytesToBigInt(base.x), bytesToBigInt(base.y)]
  const b = (((y * y - x * x * x + 3n * x) % prime) + prime) % prime
  const parameters = {
    curveID,
    keySize: bits,
    kdf: { scheme: ALG.kdf1_sp800_56a, hashAlg: kdfHashOf(coordinateBytes) },
    sign: { scheme: ALG.null },
    p: bytes(prime),
    a: bytes(prime - 3n),
    b: bytes(b),
    gX: base.x,
    gY: base.y,
    n: bytes(order),
    h: Uint8Array.of(1),
  } as const
  return { parameters }
})

export const asymmetricCommands = [rsaEncrypt, rsaDecrypt, ecdhKeyGen, ecdhZGen, eccParameters]
