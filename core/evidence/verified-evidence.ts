import { bootFacts, type BootFacts } from './boot-facts.ts'
import { type AttestationKey } from './attestation-key.ts'
import { isCapped } from './cap.ts'
import { matchQuote, type QuotedPcrs } from './quoted-pcrs.ts'
import { refuseMalformed } from './refuse-malformed.ts'
import { releaseExtraData, type ReleaseBinding } from './release-binding.ts'
import { replayLog, type ReplayedLog } from './replayed-log.ts'
import { decodeRequestCore, type WantedVolume } from './request-core.ts'
import { type PcrSelection } from './pcr-selection.ts'
import { compareClocks } from './tpm-clock.ts'
import { verifyQuote, type VerifiedQuote } from './verified-quote.ts'
import { type TPMS_CLOCK_INFO } from '../tpm/index.ts'

/** What a machine sends to get its keys; all of it is a claim. */
export interface UntrustedEvidence {
  /** TPMS_ATTEST. */
  readonly attest: Uint8Array
  /** TPMT_SIGNATURE. */
  readonly signature: Uint8Array
  /** RequestCore, as it travelled. */
  readonly core: Uint8Array
}

/** What the server knows from elsewhere, and measures the evidence by. */
export interface Expectation {
  /** From the machine's enrolment. */
  readonly key: AttestationKey
  readonly binding: ReleaseBinding
  readonly selection: PcrSelection
  /** From the last accepted quote of this key, where there is one. */
  readonly lastClock?: TPMS_CLOCK_INFO | undefined
}

declare const verified: unique symbol

/** Evidence that holds: what was measured into the TPM of this machine in this boot. Whether it is wanted is policy. */
export interface VerifiedEvidence {
  readonly [verified]: true
  readonly quote: VerifiedQuote
  readonly pcrs: QuotedPcrs
  readonly log: ReplayedLog
  readonly boot: BootFacts
  /** Whether the TPM was cleared since the last accepted quote: a person has to look at it. */
  readonly isCleared: boolean
  /** Whether the boot is seen to be past the point where keys are released. */
  readonly isCapped: boolean
  readonly stateGeneration: number
  readonly volumes: readonly WantedVolume[]
  /** See RequestCore: worth something only where `measuredText` finds one. */
  readonly untrustedTexts: readonly string[]
}

/**
 * Verifies evidence, the whole of it and in this order: binding and signature, PCR values, logs, clock.
 * @throws EvidenceError
 */
export function verifyEvidence(expected: Expectation, untrusted: UntrustedEvidence): VerifiedEvidence {
  const extraData = releaseExtraData({ ...expected.binding, requestCore: untrusted.core })
  const quote = verifyQuote(expected.key, untrusted.attest, untrusted.signature, extraData)
  const core = refuseMalformed('core-malformed', () => decodeRequestCore(untrusted.core))
  const pcrs = matchQuote(quote, expected.selection, core.pcrs)
  const log = replayLog(pcrs, core.eventLog, core.userspaceLog)
  const isCleared = expected.lastClock !== undefined && compareClocks(expected.lastClock, quote.clockInfo) === 'cleared'
  const boot = bootFacts(log)
  const { stateGeneration, volumes, untrustedTexts = [] } = core
  const seen = { isCleared, isCapped: isCapped(pcrs, log) }
  return { quote, pcrs, log, boot, ...seen, stateGeneration, volumes, untrustedTexts } as VerifiedEvidence
}
