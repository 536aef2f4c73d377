/** TPM_EO (Part 2, 6.8): how PolicyNV and PolicyCounterTimer compare what the TPM holds with operandB. */
export const EO = {
  eq: 0x0,
  neq: 0x1,
  signedGt: 0x2,
  unsignedGt: 0x3,
  signedLt: 0x4,
  unsignedLt: 0x5,
  signedGe: 0x6,
  unsignedGe: 0x7,
  signedLe: 0x8,
  unsignedLe: 0x9,
  bitSet: 0xa,
  bitClear: 0xb,
} as const
