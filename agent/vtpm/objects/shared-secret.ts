import { constants, privateDecrypt } from 'node:crypto'
import { Reader, WireError } from '../../../core/bytes/index.ts'
import {
  ALG,
  curve,
  digestSize,
  hashAlgorithm,
  isOnCurve,
  kdfe,
  leftPad,
  oaepHashOf,
  RC,
  responseCodeOf,
  TPMS_ECC_POINT,
  type EccPublic,
  type RsaPublic,
  type SecretLabel,
} from '../../../core/tpm/index.ts'
import type { LoadedObject } from '../state/loaded-object.ts'

/** The seed that somebody shared with a decryption key (Part 1, B.10 and C.6), or the response code that refuses it. */
export function openSecret(key: LoadedObject, label: SecretLabel, encrypted: Uint8Array): Uint8Array | number {
  const { publicArea } = key
  if (publicArea.type === ALG.rsa) return openByRsa(key, publicArea, label, encrypted)
  if (publicArea.type === ALG.ecc) return openByEcc(key, publicArea, label, encrypted)
  return RC.key
}

function openByRsa(
  key: LoadedObject,
  publicArea: RsaPublic,
  label: SecretLabel,
  encrypted: Uint8Array,
): Uint8Array | number {
  if (encrypted.length !== publicArea.unique.length) return RC.size
  const oaepHash = hashAlgorithm(oaepHashOf(publicArea)).node
  const oaepLabel = new TextEncoder().encode(`${label}\0`)
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const seed = new Uint8Array(privateDecrypt({ key: key.privateKey, padding, oaepHash, oaepLabel }, encrypted))
    return seed.length > digestSize(publicArea.nameAlg) ? RC.value : seed
  } catch {
    // OpenSSL says by an error that the padding is wrong
    return RC.value
  }
}

function openByEcc(
  key: LoadedObject,
  publicArea: EccPublic,
  label: SecretLabel,
  encrypted: Uint8Array,
): Uint8Array | number {
  const point = readPoint(encrypted)
  if (typeof point === 'number') return point
  const row = curve(publicArea.parameters.curveID)
  if (!isOnCurve(row, point)) return RC.eccPoint
  const { coordinateBytes } = row
  const z = key.multiplier.xTimes(point)
  const partyU = leftPad(point.x, coordinateBytes)
  const partyV = leftPad(publicArea.unique.x, coordinateBytes)
  const seed = kdfe(publicArea.nameAlg, z, label, partyU, partyV)
  z.fill(0)
  return seed
}

function readPoint(encrypted: Uint8Array): EccPublic['unique'] | number {
  try {
    const from = new Reader(encrypted)
    const point = TPMS_ECC_POINT.read(from)
    return from.left === 0 ? point : RC.size
  } catch (error) {
    if (error instanceof WireError) return responseCodeOf(error)
    throw error
  }
}
