import { capPcr, quotablePcrs } from '../evidence/index.ts'
import { type PolicyBank } from './banks.ts'
import { type QuoteRule, type ReleaseRules } from './boot-policy.ts'
import { pcrOfPlace } from './compile-components.ts'
import { unique, type Path } from './compile-digests.ts'
import { givenPcr, imagePcr, speaksOf } from './outside-rules.ts'
import { PolicyFault } from './policy-fault.ts'

/** As it is written. */
interface QuoteDocument {
  readonly banks?: readonly PolicyBank[] | undefined
  readonly pcrs?: readonly number[] | undefined
}

/** PCRs that rules look at which no policy writes down. */
const alwaysQuoted: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, capPcr]
const defaultBanks: readonly PolicyBank[] = ['sha256']

/**
 * What a policy wants to be quoted. What its own rules look at has to be in it.
 * @throws PolicyFault
 */
export function compileQuote(quote: QuoteDocument | undefined, release: ReleaseRules): QuoteRule {
  const path = ['quote', 'pcrs']
  const banks = unique(quote?.banks ?? defaultBanks, ['quote', 'banks'])
  const pcrs = quote?.pcrs ?? quotablePcrs
  for (const [at, pcr] of pcrs.entries()) {
    if (!quotablePcrs.includes(pcr)) throw new PolicyFault([...path, at], `PCR ${pcr} is never quoted`)
    if (pcrs.indexOf(pcr) !== at) throw new PolicyFault([...path, at], `PCR ${pcr} stands twice`)
  }
  const missing = alwaysQuoted.filter((pcr) => !pcrs.includes(pcr))
  if (missing.length > 0)
    throw new PolicyFault(path, `leaves out PCR ${missing.join(', ')}, which every boot is judged by`)
  const rule = { isWritten: quote !== undefined, banks, pcrs }
  for (const need of needsOf(release)) {
    if (!pcrs.includes(need.pcr)) throw new PolicyFault(need.path, `PCR ${need.pcr} is not quoted: ${whyNot(need.pcr)}`)
    const bank = need.banks.find((name) => !banks.includes(name))
    if (bank !== undefined) throw new PolicyFault(need.path, `the bank ${bank} is not quoted: add it to quote.banks`)
  }
  if (speaksOf(release, imagePcr) && !pcrs.includes(givenPcr))
    throw new PolicyFault(path, `leaves out PCR ${givenPcr}, where what a unified kernel image is given shows`)
  return rule
}

/** What a group wants to be quoted: what its rules look at, beside what the policy wants. @throws PolicyFault */
export function floorQuote(named: readonly PolicyBank[] | undefined, release: ReleaseRules, path: Path): QuoteRule {
  const needs = needsOf(release)
  for (const need of needs)
    if (!quotablePcrs.includes(need.pcr))
      throw new PolicyFault([...path, ...need.path], `PCR ${need.pcr} is never quoted`)
  const banks = new Set([...unique(named ?? [], [...path, 'quote', 'banks']), ...needs.flatMap((need) => need.banks)])
  return {
    isWritten: banks.size + needs.length > 0,
    banks: [...banks],
    pcrs: [...new Set(needs.map(({ pcr }) => pcr))],
  }
}

const whyNot = (pcr: number): string => (quotablePcrs.includes(pcr) ? 'add it to quote.pcrs' : 'it never is')

interface Need {
  readonly path: Path
  readonly pcr: number
  readonly banks: readonly PolicyBank[]
}

/** What rules look at, and where they stand. */
function needsOf({ pcrs, components, secureBoot, waivers }: ReleaseRules): readonly Need[] {
  const here = ['release']
  return [
    ...[...pcrs].map(([pcr, { written }]) => {
      const banks = [...written.keys()]
      const [first] = banks
      return { path: [...here, 'pcrs', first ?? 'reference', pcr], pcr, banks }
    }),
    ...components.map(({ name, place, accepted }) => ({
      path: [...here, 'components', name],
      pcr: pcrOfPlace(place),
      banks: [...(accepted?.written.keys() ?? [])],
    })),
    ...waivers.map(({ pcr, accepted: { written } }, at) => ({
      path: [...here, 'waivers', at],
      pcr,
      banks: [...written.keys()],
    })),
    ...(secureBoot === undefined
      ? []
      : [
          {
            path: [...here, 'secureBoot', 'authorities'],
            pcr: 7,
            banks: [...(secureBoot.authorities.events?.written.keys() ?? [])],
          },
        ]),
  ]
}
