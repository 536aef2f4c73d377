import { bits, u32, u8, type Infer } from '../codec.ts'

/** Part 2, 8.3.2. */
export const TPMA_OBJECT = bits('TPMA_OBJECT', u32, {
  fixedTPM: 1,
  stClear: 2,
  fixedParent: 4,
  sensitiveDataOrigin: 5,
  userWithAuth: 6,
  adminWithPolicy: 7,
  noDA: 10,
  encryptedDuplication: 11,
  restricted: 16,
  decrypt: 17,
  sign: 18,
  x509sign: 19,
})
export type TPMA_OBJECT = Infer<typeof TPMA_OBJECT>

/** Part 2, 8.4.2. */
export const TPMA_SESSION = bits('TPMA_SESSION', u8, {
  continueSession: 0,
  auditExclusive: 1,
  auditReset: 2,
  decrypt: 5,
  encrypt: 6,
  audit: 7,
})
export type TPMA_SESSION = Infer<typeof TPMA_SESSION>

/** Part 2, 8.5.2. */
export const TPMA_LOCALITY = bits('TPMA_LOCALITY', u8, {
  zero: 0,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  extended: [5, 7],
})
export type TPMA_LOCALITY = Infer<typeof TPMA_LOCALITY>

/** Part 2, 13.4. */
export const TPMA_NV = bits('TPMA_NV', u32, {
  ppWrite: 0,
  ownerWrite: 1,
  authWrite: 2,
  policyWrite: 3,
  nt: [4, 7],
  policyDelete: 10,
  writeLocked: 11,
  writeAll: 12,
  writeDefine: 13,
  writeStClear: 14,
  globalLock: 15,
  ppRead: 16,
  ownerRead: 17,
  authRead: 18,
  policyRead: 19,
  noDA: 25,
  orderly: 26,
  clearStClear: 27,
  readLocked: 28,
  written: 29,
  platformCreate: 30,
  readStClear: 31,
})
export type TPMA_NV = Infer<typeof TPMA_NV>
