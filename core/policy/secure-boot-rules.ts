import { type VerifiedEvidence } from '../evidence/index.ts'
import { type BootPolicy } from './boot-policy.ts'
import { acceptedText, digestText, isAccepted, sourceText } from './digests.ts'
import { type Reason } from './verdict.ts'

/**
 * Secure Boot as a policy can rely on it. That it is on proves nothing alone: what vouched for the images has to be on
 * record, every one of them known, and so has an image.
 */
export function secureBootRules(policy: BootPolicy, { boot }: VerifiedEvidence): readonly Reason[] {
  const { secureBoot } = policy.release
  if (secureBoot === undefined) return []
  const wanted = acceptedText(secureBoot.authorities)
  const authorities = boot.authorities.map((event) => ({
    code: 'secure-boot/authority' as const,
    passed: isAccepted(event.digests, secureBoot.authorities),
    rule: 'release.secureBoot.authorities',
    fact: digestText(event.digests, secureBoot.authorities.keys()),
    wanted,
    source: sourceText(event),
  }))
  return [enabledRule(boot), ...(authorities.length > 0 ? authorities : [noAuthority(wanted)]), imageRule(boot)]
}

function enabledRule({ secureBoot }: VerifiedEvidence['boot']): Reason {
  return {
    code: 'secure-boot/enabled',
    passed: secureBoot === 'on',
    rule: 'release.secureBoot.required',
    fact: secureBoot === 'unsaid' ? 'the variable SecureBoot was not measured' : `Secure Boot is ${secureBoot}`,
    wanted: 'Secure Boot is on',
    source: 'PCR 7',
  }
}

function noAuthority(wanted: string): Reason {
  return {
    code: 'secure-boot/authority',
    passed: false,
    rule: 'release.secureBoot.authorities',
    fact: 'no authority was measured',
    wanted,
    source: 'PCR 7',
  }
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
