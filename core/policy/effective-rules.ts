import { acceptedText } from './accepted.ts'
import { type AdmissionRules, type BootPolicy, type Floor, type QuoteRule, type ReleaseRules } from './boot-policy.ts'
import { placeText } from './compile-components.ts'
import { type PlatformRule } from './platform-rule.ts'
import { authoritiesText } from './secure-boot-rules.ts'
import { wantedOf } from './text-rule.ts'

/** A rule that holds for a machine, in words, and the document that states it. */
export interface EffectiveRule {
  readonly kind: 'BootPolicy' | 'Group'
  readonly name: string
  readonly rule: string
  readonly wanted: string
}

type Words = readonly (readonly [rule: string, wanted: string])[]

/** Everything that is asked of a machine: by its policy, where it has one, then by its groups, the outermost first. */
export function effectiveRules(policy: BootPolicy | undefined, floors: readonly Floor[]): readonly EffectiveRule[] {
  const own = policy === undefined ? [] : policyWords(policy)
  return [
    ...own.map(([rule, wanted]) => ({ kind: 'BootPolicy', name: policy?.name ?? '', rule, wanted }) as const),
    ...floors.flatMap((floor) =>
      floorWords(floor).map(
        ([rule, wanted]) => ({ kind: 'Group', name: floor.group, rule: `require.${rule}`, wanted }) as const,
      ),
    ),
  ]
}

function policyWords({ tier, quote, admission, release }: BootPolicy): Words {
  const { binding, waivers } = release
  return [
    ['tier', tierText(tier)],
    ...quoteWords(quote),
    ...admissionWords(admission),
    ...releaseWords(release),
    ...waivers.map(
      ({ pcr, accepted, reason }, at) =>
        [`release.waivers.${at}`, `PCR ${pcr} may hold ${acceptedText(accepted)}: ${reason}`] as const,
    ),
    ['release.binding', binding === 'tpm' ? 'keys bound to the TPM and this boot' : 'keys bound to the request'],
    ['release.oncePerBoot', 'keys once in a boot'],
  ]
}

function floorWords({ tier, quote, admission, release, forbidsWaivers }: Floor): Words {
  return [
    ...(tier === undefined ? [] : [['tier', tierText(tier)] as const]),
    ...(quote.isWritten ? quoteWords(quote) : []),
    ...admissionWords(admission),
    ...releaseWords(release),
    ...(forbidsWaivers ? [['release.waivers', 'every event understood, none waived'] as const] : []),
    ...(release.binding === 'tpm' ? [['release.binding', 'keys bound to the TPM and this boot'] as const] : []),
  ]
}

const tierText = (tier: string): string => (tier === 'T3' ? 'T3' : `${tier} or higher`)

function quoteWords({ banks, pcrs }: QuoteRule): Words {
  return [['quote', [banks.join(', '), pcrs.length === 0 ? '' : `PCR ${pcrs.join(', ')}`].filter(Boolean).join(' of ')]]
}

const forkWords = {
  refuse: 'no start of a copy or of an older state',
  lock: 'no start of a copy or of an older state, and none at all after one has asked',
} as const

function admissionWords(rules: AdmissionRules): Words {
  const {
    networks,
    platform,
    approvals,
    windows,
    acceptDiskOnlyIdentity,
    requiresOffDiskFactor,
    approvalLifeMs,
    forks,
  } = rules
  const people =
    approvals === 1 ? 'approval of every boot by a person' : `approval of every boot by ${approvals} people`
  return [
    ...(networks.length === 0 ? [] : [['admission.networks', networks.map(({ text }) => text).join(', ')] as const]),
    ...(platform === undefined ? [] : platformWords(platform)),
    ...(approvals === 0 ? [] : [['admission.approval', people] as const]),
    ...(approvalLifeMs === undefined
      ? []
      : [['admission.approvalValidFor', `approval at most ${approvalLifeMs / 1000} s before the start`] as const]),
    ...(windows.length === 0 ? [] : [['admission.windows', windows.map(({ text }) => text).join('; ')] as const]),
    ...(forks === 'hold' ? [] : [['admission.forks', forkWords[forks]] as const]),
    ...(requiresOffDiskFactor ? [['admission.offDiskFactor', 'more than the disk holds'] as const] : []),
    ...(acceptDiskOnlyIdentity ? [['admission.acceptDiskOnlyIdentity', 'nothing beyond the disk'] as const] : []),
  ]
}

function platformWords({ issuer, audience, instances, claims, maxAgeMs, otherInstance }: PlatformRule): Words {
  const at = 'admission.platform'
  return [
    [`${at}.issuer`, `a document by ${issuer.issuer} (${issuer.name}), made for the request`],
    [`${at}.maxAge`, `at most ${maxAgeMs / 1000} s before it`],
    ...(audience === undefined ? [] : [[`${at}.audience`, audience] as const]),
    ...(instances.size === 0 ? [] : [[`${at}.instances`, [...instances].join(', ')] as const]),
    ...claims.map(
      ({ pointer, values }) =>
        [`${at}.claims.${pointer}`, values.map((value) => JSON.stringify(value)).join(' or ')] as const,
    ),
    [
      `${at}.otherInstance`,
      otherInstance === 'hold' ? 'approval of a start on another instance' : 'no start on another instance',
    ],
  ]
}

function releaseWords({ pcrs, components, secureBoot, volumes, withinMs, validForMs }: ReleaseRules): Words {
  return [
    ...[...pcrs].map(([pcr, accepted]) => [`release.pcrs.${pcr}`, acceptedText(accepted)] as const),
    ...components.map(({ name, place, accepted, text }) => {
      const asked = [
        ...(accepted === undefined ? [] : [acceptedText(accepted)]),
        ...(text === undefined ? [] : [wantedOf(text)]),
      ]
      return [`release.components.${name}`, `${placeText(place)}: ${asked.join('; ')}`] as const
    }),
    ...(secureBoot === undefined
      ? []
      : ([
          ['release.secureBoot.required', 'Secure Boot is on'],
          ['release.secureBoot.authorities', authoritiesText(secureBoot)],
          ...(secureBoot.revoked === undefined
            ? []
            : [
                [
                  'release.secureBoot.dbx',
                  `all ${secureBoot.revoked.hashes.length} of ${secureBoot.revoked.name}`,
                ] as const,
              ]),
          ...(secureBoot.sbatLevel === undefined
            ? []
            : [['release.secureBoot.sbatLevel', `${secureBoot.sbatLevel} or later`] as const]),
        ] as const)),
    ...(volumes.size === 0 ? [] : [['release.volumes', [...volumes].join(', ')] as const]),
    ...(withinMs === undefined
      ? []
      : [['release.within', `at most ${withinMs / 1000} s after the admission`] as const]),
    ...(validForMs === undefined
      ? []
      : [['release.validFor', `at most ${validForMs / 1000} s after the release`] as const]),
  ]
}
