import { AnnouncementState, type Announcement, type Policy } from '../../core/rpc/index.ts'
import { documentDigest, encodeSignatures } from '../../core/signing/index.ts'
import type { AnnouncementUse, DocumentRecord, PostedAnnouncement } from '../policies/index.ts'

export function policyMessage({ kind, row, warnings, signed, waiting }: DocumentRecord, serverId: Uint8Array): Policy {
  const { name, version, document, source, appliedUnixMs, appliedBy, reason } = row
  const sha256 = documentDigest(document)
  const signatures = signed?.signatures ?? []
  return {
    kind,
    name,
    version,
    document,
    source,
    sha256,
    appliedUnixMs: waiting === undefined ? appliedUnixMs : 0,
    appliedBy: waiting === undefined ? appliedBy : '',
    reason,
    warnings: [...warnings],
    signatures: (waiting?.signatures ?? signatures).map(({ keyId, engineer, algorithm }) => {
      const { addedUnixMs = 0, addedBy = '' } = signatures.find((one) => one.keyId === keyId) ?? {}
      return { keyId, engineer, algorithm, addedUnixMs, addedBy }
    }),
    jws: signatures.length === 0 ? '' : encodeSignatures({ serverId, kind, name, version, sha256 }, signatures),
    proposedBy: signed?.proposedBy ?? '',
    proposedUnixMs: signed?.proposedUnixMs ?? 0,
    proposal: waiting?.proposal ?? 0,
    signaturesRequired: waiting?.required ?? 0,
  }
}

export function announcementMessage(
  { announcement, row, withdrawn, hasEnded }: PostedAnnouncement,
  uses: readonly AnnouncementUse[],
  nowUnixMs: number,
): Announcement {
  const { name, machines, groups, boots = 0, untilUnixMs, oldValues } = announcement
  const { version, appliedUnixMs, appliedBy, reason } = row
  const inTime =
    nowUnixMs < untilUnixMs && !hasEnded
      ? AnnouncementState.ANNOUNCEMENT_STATE_LIVE
      : AnnouncementState.ANNOUNCEMENT_STATE_ENDED
  return {
    name,
    version,
    machines: [...machines],
    groups: [...groups],
    boots,
    untilUnixMs,
    refusesOldValues: oldValues === 'refuseOnceBooted',
    state: withdrawn === undefined ? inTime : AnnouncementState.ANNOUNCEMENT_STATE_WITHDRAWN,
    appliedUnixMs,
    appliedBy,
    reason,
    uses: [...uses],
    withdrawnBy: withdrawn?.withdrawnBy ?? '',
    withdrawnReason: withdrawn?.reason ?? '',
  }
}
