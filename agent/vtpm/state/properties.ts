import { ALG, digestSize, PT } from '../../../core/tpm/index.ts'
import type { Profile } from '../profile.ts'
import { clockUpdateMs } from './tpm-clock.ts'

export interface Property {
  readonly property: number
  readonly value: number
}

/** Up to four characters as a big-endian word, zeros behind. */
const word = (text: string): number =>
  [0, 1, 2, 3].reduce((value, at) => value * 256 + (at < text.length ? text.charCodeAt(at) : 0), 0)

/** The revision and date of the specification that libtpms reports, which clients compare, in both places. */
const specification = { family: word('2.0'), level: 0, revision: 164, day: 75, year: 2021 }
/** There is room for more, where the profile says so. */
const guaranteedPersistentObjects = 7

/** TPM_PT_FIXED (Part 2, 6.13), in order; counts of commands are added by GetCapability. */
export function fixedProperties(profile: Profile): readonly Property[] {
  const rows: readonly (readonly [number, number])[] = [
    [PT.familyIndicator, specification.family],
    [PT.level, specification.level],
    [PT.revision, specification.revision],
    [PT.dayOfYear, specification.day],
    [PT.year, specification.year],
    [PT.manufacturer, word(profile.manufacturer)],
    [PT.vendorString1, word(profile.vendorString.slice(0, 4))],
    [PT.vendorString2, word(profile.vendorString.slice(4, 8))],
    [PT.vendorString3, word(profile.vendorString.slice(8, 12))],
    [PT.vendorString4, word(profile.vendorString.slice(12, 16))],
    [PT.vendorTpmType, 1],
    [PT.firmwareVersion1, Number(profile.firmwareVersion >> 32n)],
    [PT.firmwareVersion2, Number(profile.firmwareVersion & 0xffffffffn)],
    [PT.inputBuffer, 1024],
    [PT.hrTransientMin, profile.maxTransientObjects],
    [PT.hrPersistentMin, Math.min(guaranteedPersistentObjects, profile.maxPersistentObjects)],
    [PT.hrLoadedMin, profile.maxLoadedSessions],
    [PT.activeSessionsMax, profile.maxActiveSessions],
    [PT.pcrCount, 24],
    [PT.pcrSelectMin, 3],
    [PT.contextGapMax, 0xffff],
    [PT.nvCountersMax, 0],
    [PT.nvIndexMax, 2048],
    [PT.memory, 6],
    [PT.clockUpdate, Number(clockUpdateMs)],
    [PT.contextHash, ALG.sha512],
    [PT.contextSym, ALG.aes],
    [PT.contextSymSize, 256],
    [PT.orderlyCount, 0xff],
    [PT.maxCommandSize, profile.maxMessageBytes],
    [PT.maxResponseSize, profile.maxMessageBytes],
    [PT.maxDigest, digestSize(ALG.sha512)],
    [PT.maxObjectContext, 2692],
    [PT.maxSessionContext, 404],
    [PT.psFamilyIndicator, specification.family],
    [PT.psLevel, specification.level],
    [PT.psRevision, specification.revision],
    [PT.psDayOfYear, specification.day],
    [PT.psYear, specification.year],
    [PT.splitMax, 128],
    [PT.nvBufferMax, 1024],
    [PT.modes, 0],
    [PT.maxCapBuffer, 1024],
  ]
  return rows.map(([property, value]) => ({ property, value }))
}
