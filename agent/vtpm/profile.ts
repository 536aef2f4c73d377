/** What may differ from one emulated TPM to another. The sizes are those of the PC Client profile. */
export interface Profile {
  readonly maxTransientObjects: number
  readonly maxLoadedSessions: number
  readonly maxActiveSessions: number
  readonly maxPersistentObjects: number
  readonly maxNvIndices: number
  /** TPM_PT_MAX_COMMAND_SIZE and TPM_PT_MAX_RESPONSE_SIZE; an interface in front of the TPM may have less room. */
  readonly maxMessageBytes: number
  /** TPM_PT_VENDOR_STRING, at most sixteen characters. */
  readonly vendorString: string
  /** TPM_PT_MANUFACTURER, four characters. */
  readonly manufacturer: string
  readonly firmwareVersion: bigint
}

export const defaultProfile: Profile = {
  maxTransientObjects: 3,
  maxLoadedSessions: 3,
  maxActiveSessions: 64,
  maxPersistentObjects: 72,
  maxNvIndices: 1024,
  maxMessageBytes: 4096,
  vendorString: 'Bootlatch',
  manufacturer: 'BTLT',
  firmwareVersion: 0x0000_0001_0000_0000n,
}
