import {
  PlatformError,
  verifyPlatformDocument,
  type PlatformIssuer,
  type PresentedDocument,
} from '../evidence/index.ts'
import { type BootPolicy, type Floor } from './boot-policy.ts'
import { type PlatformFinding } from './platform-reasons.ts'

/** Issuers whose documents rules ask for: those of a policy, where there is one, and of the groups around it. */
export function platformIssuers(
  policy: Pick<BootPolicy, 'admission'> | undefined,
  floors: readonly Pick<Floor, 'admission'>[],
): ReadonlySet<PlatformIssuer> {
  const rules = [...(policy === undefined ? [] : [policy]), ...floors].map(({ admission }) => admission.platform)
  return new Set(rules.flatMap((rule) => rule?.issuer ?? []))
}

/** Verifies a document by each of these issuers: whose it is, is never read from it. */
export async function examinePlatform(
  issuers: ReadonlySet<PlatformIssuer>,
  presented: PresentedDocument | undefined,
): Promise<ReadonlyMap<PlatformIssuer, PlatformFinding>> {
  const findings = new Map<PlatformIssuer, PlatformFinding>()
  if (presented === undefined || presented.untrustedDocument.length === 0) return findings
  for (const issuer of issuers) findings.set(issuer, await findingOf(issuer, presented))
  return findings
}

async function findingOf(issuer: PlatformIssuer, presented: PresentedDocument): Promise<PlatformFinding> {
  try {
    return await verifyPlatformDocument(issuer, presented)
  } catch (error) {
    if (error instanceof PlatformError) return error
    throw error
  }
}
