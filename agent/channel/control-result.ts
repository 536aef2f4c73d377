/** Result words of the control channel: TPM 1.2 codes, as swtpm answers them. */
export const RESULT = {
  success: 0x00,
  badParameter: 0x03,
  fail: 0x09,
  badOrdinal: 0x0a,
  keyNotFound: 0x0d,
  ioError: 0x1f,
  decryptError: 0x21,
  badLocality: 0x3d,
} as const

/** What follows the result word; a number is the result of a command that was refused. */
export type ControlAnswer = Uint8Array | number
