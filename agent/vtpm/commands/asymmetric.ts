import { bigIntToBytes } from '../../../core/bytes/index.ts'
import {
  ALG,
  curve,
  drawScalar,
  ECC_Parameters,
  ECDH_KeyGen,
  ECDH_ZGen,
  isOnCurve,
  RC,
  RSA_Decrypt,
  RSA_Encrypt,
  ScalarMultiplier,
  ZGen_2Phase,
} from '../../../core/tpm/index.ts'
import { decryptByRsa, encryptByRsa, selectRsaScheme } from '../encryption/rsa.ts'
import { implement } from '../implement.ts'
import { twoPhaseExchanges } from '../keys/two-phase-exchange.ts'
import { closeCommit, committedScalar, openCommit } from '../state/commits.ts'

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
  const d = drawScalar(curve(curveID), tpm.random)
  const ephemeral = new ScalarMultiplier(curveID, d)
  const [pubPoint, zPoint] = [ephemeral.timesBase(), ephemeral.times(publicArea.unique)]
  d.fill(0)
  return { zPoint, pubPoint }
})

/**
 * Part 3, 14.5.
 * @throws KEY if keyHandle is no ECC key; ATTRIBUTES if it is restricted or does not decrypt; SCHEME if it has another
 * scheme than ECDH; ECC_POINT if inPoint is not on its curve.
 */
const ecdhZGen = implement(ECDH_ZGen, (_tpm, { handles: { keyHandle }, parameters: { inPoint }, fail }) => {
  const { publicArea } = keyHandle
  if (publicArea.type !== ALG.ecc) return fail(RC.key, 'keyHandle')
  const { restricted, decrypt } = publicArea.objectAttributes
  if (restricted || !decrypt) fail(RC.attributes, 'keyHandle')
  const { scheme, curveID } = publicArea.parameters
  if (scheme.scheme !== ALG.null && scheme.scheme !== ALG.ecdh) fail(RC.scheme, 'keyHandle')
  if (!isOnCurve(curve(curveID), inPoint)) fail(RC.eccPoint, 'inPoint')
  return { outPoint: keyHandle.multiplier.times(inPoint) }
})

/**
 * Part 3, 14.7.
 * @throws KEY if keyA is no ECC key; ATTRIBUTES if it is restricted or does not decrypt; SCHEME if it and the request name
 * no scheme, or two; ECC_POINT if a point is not on its curve; VALUE if no ephemeral key is open for the counter.
 */
const zGen2Phase = implement(ZGen_2Phase, (tpm, { handles: { keyA }, parameters, fail }) => {
  const { inQsB, inQeB, inScheme } = parameters
  const { publicArea, sensitive } = keyA
  if (publicArea.type !== ALG.ecc || sensitive === undefined) return fail(RC.key, 'keyA')
  const { restricted, decrypt } = publicArea.objectAttributes
  if (restricted || !decrypt) fail(RC.attributes, 'keyA')
  const { scheme, curveID } = publicArea.parameters
  const isAgreed = scheme.scheme === ALG.null || scheme.scheme === inScheme
  const exchange = (isAgreed ? twoPhaseExchanges.get(inScheme) : undefined) ?? fail(RC.scheme, 'inScheme')
  const row = curve(curveID)
  if (!isOnCurve(row, inQsB)) fail(RC.eccPoint, 'inQsB')
  if (!isOnCurve(row, inQeB)) fail(RC.eccPoint, 'inQeB')
  const { commits } = tpm.reset
  const counter = openCommit(commits, parameters.counter) ?? fail(RC.value, 'counter')

  const ephemeral = committedScalar(row, commits, counter, new Uint8Array(0))
  const exchanged = exchange(row, { fixed: sensitive.sensitive, ephemeral }, { fixed: inQsB, ephemeral: inQeB })
  ephemeral.fill(0)
  if (exchanged === undefined) return fail(RC.noResult)
  tpm.reset = { ...tpm.reset, commits: closeCommit(commits, counter) }
  return exchanged
})

/** Part 3, 14.6. */
const eccParameters = implement(ECC_Parameters, (_tpm, { parameters: { curveID } }) => {
  const { bits, coordinateBytes, prime, a, b, order, baseX, baseY, kdfHash } = curve(curveID)
  const bytes = (value: bigint): Uint8Array => bigIntToBytes(value, coordinateBytes)
  const kdf =
    kdfHash === undefined
      ? ({ scheme: ALG.null } as const)
      : ({ scheme: ALG.kdf1_sp800_56a, hashAlg: kdfHash } as const)
  const parameters = {
    curveID,
    keySize: bits,
    kdf,
    sign: { scheme: ALG.null },
    p: bytes(prime),
    // libtpms writes the coefficient that is missing as the number it is
    a: a === 0n ? Uint8Array.of(0) : bytes(a),
    b: bytes(b),
    gX: bytes(baseX),
    gY: bytes(baseY),
    n: bytes(order),
    h: Uint8Array.of(1),
  } as const
  return { parameters }
})

export const asymmetricCommands = [rsaEncrypt, rsaDecrypt, ecdhKeyGen, ecdhZGen, zGen2Phase, eccParameters]
