export { signingKeyOf, type SigningKey } from './algorithms.ts'
export { documentDigest, type Change } from './change.ts'
export { signChange } from './sign.ts'
export { SignatureError } from './signature-error.ts'
export {
  encodeSignatures,
  engineersOf,
  stillValid,
  validSignatures,
  verifyChange,
  type EnrolledKey,
  type Keyring,
  type VerifiedSignature,
} from './verify.ts'
