/** Limits that are checked before anything is allocated. Real logs have some tens of KiB and up to a thousand events. */
export const logLimits = {
  logBytes: 16 << 20,
  events: 1 << 16,
  eventDataBytes: 1 << 20,
  algorithms: 16,
  digestBytes: 64,
} as const

/** PCRs of a PC Client TPM are numbered 0 to 23 (PTP 3.2). */
export const pcrCount = 24
