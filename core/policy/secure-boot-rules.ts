import { toHex } from '../bytes/index.ts'
import {
  isShimBypassed,
  isShimSetting,
  measuredDatabase,
  sbatLevel,
  vouchingCertificate,
  type MeasuredEvent,
  type VerifiedEvidence,
} from '../evidence/index.ts'
import { acceptedText, digestText, isAccepted } from './accepted.ts'
import { type BootPolicy, type SecureBootRule } from './boot-policy.ts'
import { hintOf, sourceText } from './labels.ts'
import { type Reason } from './verdict.ts'

/**
 * Secure Boot as a policy can rely on it. That it is on proves nothing alone: what vouched for the images has to be on
 * record, every one of them known, and so has an image.
 */
export function secureBootRules(policy: Pick<BootPolicy, 'release'>, { boot }: VerifiedEvidence): readonly Reason[] {
  const { secureBoot } = policy.release
  if (secureBoot === undefined) return []
  const { revoked, sbatLevel: level } = secureBoot
  return [
    enabledRule(boot),
    ...authorityRules(secureBoot, boot),
    imageRule(boot),
    ...(revoked === undefined ? [] : [dbxRule(revoked, boot)]),
    ...(level === undefined ? [] : [sbatRule(level, boot)]),
  ]
}

const secureBootTexts: Readonly<Record<VerifiedEvidence['boot']['secureBoot'], string>> = {
  on: 'Secure Boot is on',
  off: 'Secure Boot is off',
  unsaid: 'the variable SecureBoot was not measured',
  contradicted: 'SecureBoot says on, and the firmware is in setup or audit mode: nothing is verified',
}

function enabledRule(boot: VerifiedEvidence['boot']): Reason {
  const { secureBoot } = boot
  const isBypassed = secureBoot === 'on' && isShimBypassed(boot)
  return {
    code: 'secure-boot/enabled',
    passed: secureBoot === 'on' && !isBypassed,
    rule: 'release.secureBoot.required',
    fact: isBypassed ? 'Secure Boot is on, but shim was told to verify nothing' : secureBootTexts[secureBoot],
    wanted: 'Secure Boot is on',
    source: isBypassed ? 'PCR 7 and 14, variable MokSBState' : 'PCR 7',
  }
}

function authorityRules(rule: SecureBootRule, { authorities }: VerifiedEvidence['boot']): readonly Reason[] {
  const fixed = {
    code: 'secure-boot/authority',
    rule: 'release.secureBoot.authorities',
    wanted: authoritiesText(rule),
  } as const
  if (authorities.every(isShimSetting))
    return [{ ...fixed, passed: false, fact: 'no authority was measured', source: 'PCR 7' }]
  return authorities
    .filter((event) => isJudgedAsAuthority(event, rule))
    .map((event) => {
      const judged = judgeAuthority(event, rule)
      return { ...fixed, ...judged, source: sourceText(event), ...hintOf(event, judged.passed) }
    })
}

/** Settings of shim vouch for nothing: a level of revocation has its own rule, and who names certificates asks for signers. */
function isJudgedAsAuthority(event: MeasuredEvent, { authorities, sbatLevel: level }: SecureBootRule): boolean {
  if (level !== undefined && sbatLevel({ authorities: [event] }) !== undefined) return false
  return authorities.events !== undefined || !isShimSetting(event)
}

function judgeAuthority(event: MeasuredEvent, { authorities }: SecureBootRule): Pick<Reason, 'passed' | 'fact'> {
  const { events, certificates } = authorities
  const digests = digestText(event.digests, events)
  if (events !== undefined && isAccepted(event.digests, events)) return { passed: true, fact: digests }
  const certificate = certificates.size === 0 ? undefined : vouchingCertificate(event)
  if (certificate === undefined) return { passed: false, fact: digests }
  const { fingerprint, subject } = certificate
  return { passed: certificates.has(fingerprint), fact: `certificate ${fingerprint} (${subject})` }
}

/** What may vouch for images, in words. */
export function authoritiesText({ authorities: { events, certificates } }: SecureBootRule): string {
  const asked = [
    ...(events === undefined ? [] : [acceptedText(events)]),
    ...(certificates.size === 0 ? [] : [`a certificate of ${[...certificates].join(', ')}`]),
  ]
  return asked.join('; or ')
}

function imageRule({ images }: VerifiedEvidence['boot']): Reason {
  return {
    code: 'secure-boot/image',
    passed: images.length > 0,
    rule: 'release.secureBoot.required',
    fact: `${images.length} images were started`,
    wanted: 'an image that was started',
    source: 'PCR 4',
  }
}

/** A list of revocations only grows: it is at least as new as another if it holds all of it. */
function dbxRule(revoked: Exclude<SecureBootRule['revoked'], undefined>, boot: VerifiedEvidence['boot']): Reason {
  const held = measuredDatabase(boot, 'dbx')
  const hashes = new Set(held?.flatMap(({ kind, data }) => (kind === 'sha256' ? [toHex(data)] : [])))
  const missing = revoked.hashes.filter((hash) => !hashes.has(hash))
  const [first] = missing
  return {
    code: 'secure-boot/dbx',
    passed: first === undefined,
    rule: 'release.secureBoot.dbx',
    fact:
      held === undefined
        ? 'dbx was not measured'
        : `${hashes.size} revoked images${first === undefined ? '' : `; ${missing.length} are missing, as ${first}`}`,
    wanted: `all ${revoked.hashes.length} of ${revoked.name}`,
    source: 'PCR 7, variable dbx',
  }
}

function sbatRule(level: number, boot: VerifiedEvidence['boot']): Reason {
  const enforced = sbatLevel(boot)
  return {
    code: 'secure-boot/sbat-level',
    passed: enforced !== undefined && enforced >= level,
    rule: 'release.secureBoot.sbatLevel',
    fact: enforced === undefined ? 'no SBAT level was measured' : enforced.toString(),
    wanted: `${level} or later`,
    source: 'PCR 7, variable SbatLevel',
  }
}
