import { platformNonce, type PlatformBinding, type PresentedDocument } from '../../../core/evidence/index.ts'
import { examinePlatform, platformIssuers, type PlatformFacts } from '../../../core/policy/index.ts'
import type { InForce } from '../../policies/index.ts'

/** A document that came with a request to start, and the instance that was known of the machine then. */
export interface PlatformRecord {
  readonly presented: PresentedDocument
  readonly knownInstance: string | undefined
}

/** A document as it came; undefined where none did. */
export function presentedWith(
  bound: PlatformBinding & { readonly platformDocument: Uint8Array },
  receivedUnixMs: number,
): PresentedDocument | undefined {
  const { platformDocument: untrustedDocument } = bound
  return untrustedDocument.length === 0 ? undefined : { untrustedDocument, nonce: platformNonce(bound), receivedUnixMs }
}

/**
 * What a document is to the issuers whose documents count for a machine now: it is verified anew each time, so that a key which
 * was taken off the list vouches for nothing any more.
 */
export async function examined(
  policy: InForce,
  presented: PresentedDocument | undefined,
  knownInstance: string | undefined,
): Promise<PlatformFacts> {
  return { findings: await examinePlatform(issuersFor(policy), presented), knownInstance }
}

/** The instance that one of these issuers vouches for; whether it is wanted is not asked. */
export function instanceOf({ findings }: PlatformFacts): string | undefined {
  for (const finding of findings.values()) if (!(finding instanceof Error)) return finding.instanceAtIssuer
  return undefined
}

function issuersFor(policy: InForce): ReturnType<typeof platformIssuers> {
  switch (policy.kind) {
    case 'one':
      return platformIssuers(policy.policy, policy.policy.floors)
    case 'none':
      return platformIssuers(undefined, policy.floors)
    case 'ambiguous':
    case 'unreadable':
      return new Set()
  }
}
