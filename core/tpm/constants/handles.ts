/** TPM_HT (Part 2, 7.2): the first byte of a handle. */
export const HT = {
  pcr: 0x00,
  nvIndex: 0x01,
  hmacSession: 0x02,
  policySession: 0x03,
  permanent: 0x40,
  transient: 0x80,
  persistent: 0x81,
} as const

/** TPM_RH (Part 2, 7.4). */
export const RH = {
  owner: 0x40000001,
  null: 0x40000007,
  unassigned: 0x40000008,
  password: 0x40000009,
  lockout: 0x4000000a,
  endorsement: 0x4000000b,
  platform: 0x4000000c,
  platformNv: 0x4000000d,
} as const

/** The TPM_HT of a handle. */
export const handleType = (handle: number): number => handle >>> 24

/** Part 2, 7.5: the first handle of each range. */
export const firstHandle = {
  hmacSession: 0x02000000,
  policySession: 0x03000000,
  transient: 0x80000000,
  persistent: 0x81000000,
  platformPersistent: 0x81800000,
  nvIndex: 0x01000000,
} as const
