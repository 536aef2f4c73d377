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

/** The revision and date that libtpms reports, which clients compare; PC Client. */
const library = { revision: 164, day: 312, year: 2019 }
const pcClient = { family: 1, revision: 105, day: 14, year: 2020 }
const maxMessageBytes = 4096

/** TPM_PT_FIXED (Part 2, 6.13), in order; counts of commands are added by GetCapability. */
export function fixedProperties(profile: Profile): readonly Property[] {
  const rows: readonly (readonly [number, number])[] = [
    [PT.familyIndicator, word('2.0')],
    [PT.level, 0],
    [PT.revision, library.revision],
    [PT.dayOfYear, library.day],
    [PT.year, library.year],
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
    [PT.hrPersistentMin, profile.maxPersistentObjects],
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
    [PT.maxCommandSize, maxMessageBytes],
    [PT.maxResponseSize, maxMessageBytes],
    [PT.maxDigest, digestSize(ALG.sha512)],
    [PT.maxObjectContext, maxMessageBytes],
    [PT.maxSessionContext, maxMessageBytes],
    [PT.psFamilyIndicator, pcClient.family],
    [PT.psLevel, 0],
    [PT.psRevision, pcClient.revision],
    [PT.psDayOfYear, pcClient.day],
    [PT.psYear, pcClient.year],
    [PT.splitMax, 0],
    [PT.nvBufferMax, 1024],
    [PT.modes, 0],
    [PT.maxCapBuffer, 1024],
  ]
  return rows.map(([property, value]) => ({ property, value }))
}
