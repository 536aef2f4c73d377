/** The command of Linux's TPM proxy (include/uapi/linux/vtpm_proxy.h), by which a client of the data channel sets its locality. */
const code = [0x20, 0x00, 0x10, 0x00] as const
const codeOffset = 6
const localityOffset = 10

const header = [0x80, 0x01, 0, 0, 0, 10] as const
/** As swtpm answers: TPM_RC_SUCCESS, FAILURE where it was not told to allow it, INSUFFICIENT, LOCALITY. */
const answers = {
  done: Uint8Array.of(...header, 0, 0, 0x00, 0x00),
  notAllowed: Uint8Array.of(...header, 0, 0, 0x01, 0x01),
  tooShort: Uint8Array.of(...header, 0, 0, 0x00, 0x9a),
  refused: Uint8Array.of(...header, 0, 0, 0x01, 0x07),
} as const

/** Whether a command is no TPM's, but sets the locality of those that follow. */
export function isSetLocality(command: Uint8Array): boolean {
  // Every command of a TPM has 0 here, or 0x20 where it is a vendor's.
  return command[codeOffset] === code[0] && code.every((byte, at) => command[codeOffset + at] === byte)
}

/** Carries it out; where it is not allowed, or not up to `highest`, nothing changes. */
export function setLocality(
  command: Uint8Array,
  scope: { locality: number; readonly highestLocality: number },
  isAllowed: boolean,
): Uint8Array {
  const locality = command[localityOffset]
  if (locality === undefined) return answers.tooShort
  if (!isAllowed) return answers.notAllowed
  if (locality > scope.highestLocality) return answers.refused
  scope.locality = locality
  return answers.done
}
