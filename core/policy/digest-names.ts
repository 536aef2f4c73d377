import { toHex } from '../bytes/index.ts'
import { type VerifiedEvidence } from '../evidence/index.ts'
import { referenceOf, type Digests } from './accepted.ts'
import { bankNames, policyBanks } from './banks.ts'
import { type Library } from './library.ts'

/** What digests are known as: names for eyes, by which nothing is decided. */
export interface DigestNames {
  /** `6.1.0-30 of debian/kernel`: what somebody published it as. */
  readonly published: (digests: Digests) => string | undefined
  /** `in decision 17 of web-2`: where it was measured before. */
  readonly earlier: (digests: Digests) => string | undefined
}

export const noNames: DigestNames = { published: () => undefined, earlier: () => undefined }

/** A boot that was accepted, and how it is called. */
export interface EarlierBoot {
  readonly name: string
  /** Digests that were measured in it, hexadecimal. */
  readonly digests: ReadonlySet<string>
}

const mostNames = 3

/** Names by all sets of reference values, and by boots that were accepted before; the first of these that knows a digest. */
export function digestNames(library: Library, boots: readonly EarlierBoot[]): DigestNames {
  const sets = [...library.values()].flatMap((document) => [...document.sets.values()])
  return {
    published: (digests) => {
      const names = sets.flatMap((set) => {
        const value = referenceOf(digests, set)
        return value === undefined ? [] : [`${value.version} of ${set.name}`]
      })
      if (names.length === 0) return undefined
      return [...names.slice(0, mostNames), ...(names.length > mostNames ? ['others'] : [])].join(', ')
    },
    earlier: (digests) => boots.find((boot) => [...hexOf(digests)].some((digest) => boot.digests.has(digest)))?.name,
  }
}

/** What was measured in a boot, as `digestNames` looks it up. */
export function earlierBoot(name: string, { log }: VerifiedEvidence): EarlierBoot {
  return { name, digests: new Set(log.events.flatMap(({ digests }) => [...hexOf(digests)])) }
}

function* hexOf(digests: Digests): Generator<string, void, void> {
  for (const bank of bankNames) {
    const digest = digests.get(policyBanks[bank])
    if (digest !== undefined) yield toHex(digest)
  }
}
