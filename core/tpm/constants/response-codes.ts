/** TPM_RC (Part 2, 6.6). Format-one codes stand without their position; RC_H, RC_P and RC_S add it. */
export const RC = {
  success: 0x000,
  badTag: 0x01e,

  initialize: 0x100,
  failure: 0x101,
  sequence: 0x103,
  disabled: 0x120,
  exclusive: 0x121,
  authType: 0x124,
  authMissing: 0x125,
  policy: 0x126,
  pcr: 0x127,
  pcrChanged: 0x128,
  upgrade: 0x12d,
  tooManyContexts: 0x12e,
  authUnavailable: 0x12f,
  reboot: 0x130,
  unbalanced: 0x131,
  commandSize: 0x142,
  commandCode: 0x143,
  authSize: 0x144,
  authContext: 0x145,
  nvRange: 0x146,
  nvSize: 0x147,
  nvLocked: 0x148,
  nvAuthorization: 0x149,
  nvUninitialized: 0x14a,
  nvSpace: 0x14b,
  nvDefined: 0x14c,
  badContext: 0x150,
  cpHash: 0x151,
  parent: 0x152,
  needsTest: 0x153,
  noResult: 0x154,
  sensitive: 0x155,

  asymmetric: 0x081,
  attributes: 0x082,
  hash: 0x083,
  value: 0x084,
  hierarchy: 0x085,
  keySize: 0x087,
  mgf: 0x088,
  mode: 0x089,
  type: 0x08a,
  handle: 0x08b,
  kdf: 0x08c,
  range: 0x08d,
  authFail: 0x08e,
  nonce: 0x08f,
  pp: 0x090,
  scheme: 0x092,
  size: 0x095,
  symmetric: 0x096,
  tag: 0x097,
  selector: 0x098,
  insufficient: 0x09a,
  signature: 0x09b,
  key: 0x09c,
  policyFail: 0x09d,
  integrity: 0x09f,
  ticket: 0x0a0,
  reservedBits: 0x0a1,
  badAuth: 0x0a2,
  expired: 0x0a3,
  policyCC: 0x0a4,
  binding: 0x0a5,
  curve: 0x0a6,
  eccPoint: 0x0a7,

  contextGap: 0x901,
  objectMemory: 0x902,
  sessionMemory: 0x903,
  memory: 0x904,
  sessionHandles: 0x905,
  objectHandles: 0x906,
  locality: 0x907,
  yielded: 0x908,
  canceled: 0x909,
  testing: 0x90a,
  referenceH0: 0x910,
  referenceS0: 0x918,
  nvRate: 0x920,
  lockout: 0x921,
  retry: 0x922,
  nvUnavailable: 0x923,
} as const

const formatOne = 0x080
const parameterBit = 0x040
const sessionBit = 0x800
const positionMask = 0xf00

/** Whether a code can carry the position of the handle, parameter or session that it blames. */
export const isFormatOne = (code: number): boolean => (code & formatOne) !== 0

/** `code` for the handle at `index` (from 0). */
export const atHandle = (code: number, index: number): number => (isFormatOne(code) ? code | ((index + 1) << 8) : code)
/** `code` for the parameter at `index` (from 0). */
export const atParameter = (code: number, index: number): number =>
  isFormatOne(code) ? code | parameterBit | ((index + 1) << 8) : code
/** `code` for the session at `index` (from 0). */
export const atSession = (code: number, index: number): number =>
  isFormatOne(code) ? code | sessionBit | ((index + 1) << 8) : code

/** The code for a session at `index` (from 0) that is not loaded. */
export const referenceOfSession = (index: number): number => RC.referenceS0 + index

/** The code without the position of what it blames. */
export const withoutPosition = (code: number): number =>
  isFormatOne(code) ? code & ~(positionMask | parameterBit) & 0xfff : code

const names = new Map<number, string>(Object.entries(RC).map(([name, code]) => [code, name]))

/** The spec's name of a response code and what it blames, for messages: `authFail (session 1)`. */
export function describeResponseCode(code: number): string {
  const name = names.get(withoutPosition(code)) ?? `0x${code.toString(16)}`
  if (!isFormatOne(code)) return name
  const position = (code & positionMask) >> 8
  if ((code & parameterBit) !== 0) return `${name} (parameter ${position})`
  if ((code & sessionBit) !== 0) return `${name} (session ${position & 7})`
  return position === 0 ? name : `${name} (handle ${position})`
}
