import { toHex } from '../bytes/index.ts'
import { type VerifiedEvidence } from '../evidence/index.ts'
import { type BootPolicy } from './boot-policy.ts'
import { type Reason } from './verdict.ts'

/** What is asked for, and when. */
export function requestRules(
  { release }: Pick<BootPolicy, 'release'>,
  { volumes }: VerifiedEvidence,
  { sinceAdmissionMs = Infinity }: { readonly sinceAdmissionMs?: number | undefined },
): readonly Reason[] {
  const wanted = volumes.map(({ uuid }) => toHex(uuid))
  const others = wanted.filter((uuid) => !release.volumes.has(uuid))
  const volumeRule: Reason = {
    code: 'release/volume-rule',
    passed: others.length === 0,
    rule: 'release.volumes',
    fact: others.length === 0 ? `${wanted.length} volumes` : `volume ${others.join(', ')}`,
    wanted: [...release.volumes].join(', '),
    source: 'RequestCore',
  }
  const timeRule: Reason = {
    code: 'release/in-time',
    passed: sinceAdmissionMs >= 0 && sinceAdmissionMs <= (release.withinMs ?? 0),
    rule: 'release.within',
    fact: Number.isFinite(sinceAdmissionMs)
      ? `${Math.round(sinceAdmissionMs / 1000)} s after the admission`
      : 'nobody knows when it was admitted',
    wanted: `at most ${(release.withinMs ?? 0) / 1000} s after it`,
    source: 'server clock',
  }
  return [...(release.volumes.size === 0 ? [] : [volumeRule]), ...(release.withinMs === undefined ? [] : [timeRule])]
}
