/** TPM_ST (Part 2, 6.9). */
export const ST = {
  rspCommand: 0x00c4,
  null: 0x8000,
  noSessions: 0x8001,
  sessions: 0x8002,
  attestNv: 0x8014,
  attestCommandAudit: 0x8015,
  attestSessionAudit: 0x8016,
  attestCertify: 0x8017,
  attestQuote: 0x8018,
  attestTime: 0x8019,
  attestCreation: 0x801a,
  attestNvDigest: 0x801c,
  creation: 0x8021,
  verified: 0x8022,
  authSecret: 0x8023,
  hashcheck: 0x8024,
  authSigned: 0x8025,
} as const

/** TPM_GENERATED_VALUE (Part 2, 6.2): what every structure the TPM signs begins with. */
export const generatedValue = 0xff544347

/** TPM_SU (Part 2, 6.10). */
export const SU = { clear: 0x0000, state: 0x0001 } as const
/** TPM_SE (Part 2, 6.11). */
export const SE = { hmac: 0x00, policy: 0x01, trial: 0x03 } as const
/** TPM_NT (Part 2, 13.2). */
export const NT = { ordinary: 0x0, counter: 0x1, bits: 0x2, extend: 0x4, pinFail: 0x8, pinPass: 0x9 } as const
