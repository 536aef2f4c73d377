export { digestAlgorithm, digestAlgorithmNamed, type DigestAlgorithm } from './digest-algorithm.ts'
export { coversItsData, digestedData } from './digested-data.ts'
export { EV, eventTypeName } from './event-types.ts'
export { EventLogError, type EventLogProblem } from './event-log-error.ts'
export { type Event, type EventLog } from './event-log.ts'
export { type LogAlgorithm } from './log-algorithm.ts'
export { logLimits, pcrCount } from './log-limits.ts'
export { guidText, parseGuid } from './guid.ts'
export { parseEventLog } from './parse.ts'
export { parsePcrlock } from './pcrlock.ts'
export { parseSignatureDatabase, type SignatureEntry } from './signature-database.ts'
export { type PcrBanks, resetBank, resetValue } from './pcr-banks.ts'
export { coveredBanks, extended, extendedByAll, replay } from './replay.ts'
export { type SpecIdEvent } from './spec-id.ts'
export { encodeStartupLocality, startupLocality } from './startup-locality.ts'
export { specIdFor, writeEventLog } from './write.ts'
export {
  efiGlobalVariableGuid,
  efiImageSecurityDatabaseGuid,
  encodeUefiVariable,
  parseUefiVariable,
  type UefiVariable,
} from './uefi-variable.ts'
export { parseCalculatedPcrs, parsePcrSignatures, type CalculatedPcr, type SignedPcrPolicy } from './systemd-measure.ts'
export { untrustedHint } from './untrusted-hint.ts'
export { untrustedTexts } from './untrusted-texts.ts'
export { parseUserspaceLog, type UserspaceRecord, userspaceLimits, writeUserspaceLog } from './userspace-log.ts'
export { encodeUtf16 } from './utf16.ts'
