export { KeyslotError, keyslotDigest, type KeyslotProblem } from './keyslot-digest.ts'
export { OneTimeKey } from './one-time-key.ts'
export { p256PublicKey } from './p256-point.ts'
export {
  decodeReleasedKeys,
  decodeRekeyOrder,
  decodeStateKeys,
  encodeReleasedKeys,
  encodeRekeyOrder,
  encodeStateKeys,
  stateKeyBytes,
  type ReleasedKey,
  type RekeyOrder,
  type StateKey,
} from './plaintext.ts'
export { sealPurpose, type SealPurpose } from './purpose.ts'
export { sealTo, untrustedPurpose, type SealBinding } from './seal.ts'
export { SealedError, type SealedProblem } from './sealed-error.ts'
