import { claimAt, PlatformError, type PlatformIssuer, type VerifiedPlatformDocument } from '../evidence/index.ts'
import { type ClaimRule, type PlatformRule } from './platform-rule.ts'
import { type Reason } from './verdict.ts'

/** What a document is to an issuer: verified, or why it is none of his. */
export type PlatformFinding = VerifiedPlatformDocument | PlatformError

/** What the server found of the document that came with a request to start. */
export interface PlatformFacts {
  /** By each issuer that rules name; nothing where no document was shown. */
  readonly findings: ReadonlyMap<PlatformIssuer, PlatformFinding>
  /** Instance, with its issuer, of the machine's earlier starts; undefined before the first. */
  readonly knownInstance: string | undefined
}

interface Standing {
  readonly platform?: PlatformFacts | undefined
  readonly approvedBy: readonly string[]
}

/** What a platform has to say, rule by rule; nothing more where there is no document to look into. */
export function platformReasons(rule: PlatformRule | undefined, { platform, approvedBy }: Standing): readonly Reason[] {
  if (rule === undefined) return []
  const finding = platform?.findings.get(rule.issuer)
  if (finding === undefined) return [documentReason(rule, false, 'no document was shown')]
  if (finding instanceof PlatformError) return [documentReason(rule, false, `${finding.problem}: ${finding.message}`)]
  return [
    documentReason(rule, true, `${finding.instanceAtIssuer}, by key ${finding.keyId}`),
    ageReason(rule, finding),
    ...audienceReason(rule, finding),
    ...instancesReason(rule, finding),
    ...rule.claims.map((claim) => claimReason(claim, finding)),
    instanceReason(rule, finding, platform?.knownInstance, approvedBy),
  ]
}

/** The instance that a document vouches for, where every rule of this one is satisfied. */
export function vouchedInstance(rule: PlatformRule | undefined, standing: Standing): string | undefined {
  const finding = rule && standing.platform?.findings.get(rule.issuer)
  if (finding === undefined || finding instanceof PlatformError) return undefined
  return platformReasons(rule, standing).every(({ passed }) => passed) ? finding.instanceAtIssuer : undefined
}

const source = 'platform document'

const documentReason = ({ issuer }: PlatformRule, passed: boolean, fact: string): Reason => ({
  code: 'admission/platform',
  passed,
  rule: 'admission.platform.issuer',
  fact,
  wanted: `a document by ${issuer.issuer} (${issuer.name}) for this request`,
  source,
})

const ageReason = ({ maxAgeMs }: PlatformRule, { ageMs }: VerifiedPlatformDocument): Reason => ({
  code: 'admission/platform-age',
  passed: ageMs <= maxAgeMs,
  rule: 'admission.platform.maxAge',
  fact: `made ${Math.round(ageMs / 1000)} s before the request`,
  wanted: `at most ${maxAgeMs / 1000} s before it`,
  source,
})

/** RFC 7519, 4.1.3: one audience, or a list of them. */
function audienceReason({ audience }: PlatformRule, { claims }: VerifiedPlatformDocument): readonly Reason[] {
  if (audience === undefined) return []
  const claimed = claims['aud']
  const passed = claimed === audience || (Array.isArray(claimed) && claimed.includes(audience))
  return [saysReason('admission.platform.audience', passed, claimed, audience)]
}

function instancesReason({ instances }: PlatformRule, { instance }: VerifiedPlatformDocument): readonly Reason[] {
  if (instances.size === 0) return []
  const wanted = shortened([...instances].join(' or '))
  return [saysReason('admission.platform.instances', instances.has(instance), instance, wanted)]
}

function claimReason({ pointer, steps, values }: ClaimRule, { claims }: VerifiedPlatformDocument): Reason {
  const claimed = claimAt(claims, steps)
  const wanted = shortened(values.map((value) => JSON.stringify(value)).join(' or '))
  const passed = values.some((value) => value === claimed)
  return saysReason(`admission.platform.claims.${pointer}`, passed, claimed, wanted)
}

const saysReason = (rule: string, passed: boolean, claimed: unknown, wanted: string): Reason => ({
  code: 'admission/platform-claim',
  passed,
  rule,
  fact: claimed === undefined ? 'not claimed' : shortened(textOf(claimed)),
  wanted,
  source,
})

function instanceReason(
  { otherInstance }: PlatformRule,
  { instanceAtIssuer: here }: VerifiedPlatformDocument,
  known: string | undefined,
  approvedBy: readonly string[],
): Reason {
  const isKnown = known === undefined || known === here
  const [person] = approvedBy
  const mayBeApproved = otherInstance === 'hold'
  const approved = !isKnown && mayBeApproved && person !== undefined ? `, approved by ${person}` : ''
  return {
    code: mayBeApproved ? 'admission/instance' : 'admission/only-instance',
    passed: isKnown || approved !== '',
    rule: 'admission.platform.otherInstance',
    fact: known === undefined ? `${here}, the first that is known` : `${here}${approved}`,
    wanted: `${known ?? 'any'}${mayBeApproved ? ', or approval by a person' : ''}`,
    source,
  }
}

/** What is claimed in one line; how deep an issuer goes is not followed. */
function textOf(claimed: unknown): string {
  if (Array.isArray(claimed)) return `[${claimed.map((one) => scalarText(one)).join(',')}]`
  return scalarText(claimed)
}

const scalarText = (value: unknown): string =>
  typeof value === 'object' && value !== null ? 'a list or an object' : JSON.stringify(value)

const mostChars = 256

/** An issuer may claim a book; a decision needs a line. */
const shortened = (text: string): string => (text.length > mostChars ? `${text.slice(0, mostChars)}…` : text)
