import { parseDocument, YAMLSeq, type Document } from 'yaml'
import { toHex } from '../bytes/index.ts'
import {
  capPcr,
  isShimBypassed,
  vouchingCertificate,
  type MeasuredEvent,
  type VerifiedEvidence,
} from '../evidence/index.ts'
import { evaluateAdmission, type AdmissionFacts } from './admission.ts'
import { policyBanks, type PolicyBank } from './banks.ts'
import { under, type BootPolicy, type ComponentRule, type Floor } from './boot-policy.ts'
import { eventsOf, isExplained } from './boot-rules.ts'
import { type Library } from './library.ts'
import { eventsAt } from './component-rules.ts'
import { isOfFloor } from './floor-reason.ts'
import { hostNetwork } from './networks.ts'
import { PolicyError } from './policy-error.ts'
import { parsePolicy } from './parse-policy.ts'
import { evaluateRelease, type ReleaseFacts } from './release.ts'
import { type Reason } from './verdict.ts'

/** The boot that is to be let through, and the policy that refused it. */
export interface ProposalInput {
  readonly document: string
  readonly source: string
  readonly library: Library
  /** Of the groups that the machine is in: no proposal changes them. */
  readonly floors: readonly Floor[]
  readonly evidence: VerifiedEvidence
  readonly admission: AdmissionFacts
  readonly release: ReleaseFacts
  /** Why unknown events are let through, for the waivers that this takes. */
  readonly reason: string
}

/** The smallest change of a policy that lets a boot through. */
export interface PolicyProposal {
  /** The policy with the change in it; comments and order are kept. */
  readonly document: string
  /** Each change in words. */
  readonly changes: readonly string[]
  /** What no change of the policy can settle: the boot stays refused, or waits for a person. */
  readonly remaining: readonly Reason[]
}

type Path = readonly (string | number)[]

/** Makes one change to the document; says it in words, or nothing where there is none to make. */
type Remedy = (draft: Draft, reason: Reason) => string | undefined

/** A policy while it is changed. */
interface Draft extends ProposalInput {
  readonly yaml: Document
  readonly policy: BootPolicy
}

/** Every rule that widening a policy can settle, and nothing else: what is a rule of every policy stays one. */
const remedies: Partial<Record<Reason['code'], Remedy>> = {
  'admission/network': addNetwork,
  'policy/tier': lowerTier,
  'pcr/value': addPcrValue,
  'log/unexplained': addPcrValue,
  'component/digest': addComponentDigest,
  'component/text': addComponentText,
  'component/unlisted': addComponent,
  'component/overridden': addPcrValue,
  'secure-boot/authority': addAuthority,
  'boot/unknown-event': addWaiver,
  'release/volume-rule': addVolumes,
}

const mostRounds = 8

/**
 * Proposes the smallest change of a policy that lets a boot through: this digest, this signer, this address. It never takes a
 * rule away.
 * @throws PolicyError if the policy itself is refused.
 */
export function proposeChange(input: ProposalInput): PolicyProposal {
  const yaml = parseDocument(input.document)
  let policy: BootPolicy | undefined = parsePolicy(input.document, input.source, input.library)
  let proposal = judged(policy, input, [])
  // What one change brings forth (a component more in a PCR that is complete) is the next one's task
  for (let round = 0; round < mostRounds && policy !== undefined; round++) {
    const draft: Draft = { ...input, yaml, policy }
    const settled = proposal.remaining.filter((reason) => !isOfFloor(reason))
    const made = settled.flatMap((reason) => remedies[reason.code]?.(draft, reason) ?? [])
    if (made.length === 0) break
    const document = written(yaml)
    policy = readable(document, input)
    if (policy !== undefined) proposal = judged(policy, { ...input, document }, [...proposal.changes, ...made])
  }
  return proposal
}

function judged(policy: BootPolicy, input: ProposalInput, changes: readonly string[]): PolicyProposal {
  return { document: input.document, changes, remaining: reasonsAgainst(policy, input) }
}

/** A change may be more than a policy can hold: then what stood before it is the proposal. */
function readable(document: string, { source, library }: ProposalInput): BootPolicy | undefined {
  try {
    return parsePolicy(document, source, library)
  } catch (error) {
    if (error instanceof PolicyError) return undefined
    throw error
  }
}

/** As people write it: lists without padding. Whatever that would change in the meaning stays as the library writes it. */
function written(yaml: Document): string {
  const text = yaml.toString({ lineWidth: 0 })
  const tight = text.replace(/^[^#\n]*/gm, (line) => line.replaceAll('[ ', '[').replaceAll(' ]', ']'))
  const isSame = JSON.stringify(parseDocument(tight).toJSON()) === JSON.stringify(yaml.toJSON())
  return isSame ? tight : text
}

function reasonsAgainst(
  policy: BootPolicy,
  { floors, evidence, admission, release }: ProposalInput,
): readonly Reason[] {
  const whole = under(policy, floors)
  const reasons = [...evaluateAdmission(whole, admission).reasons, ...evaluateRelease(whole, evidence, release).reasons]
  return reasons.filter(({ passed }) => !passed)
}

function addNetwork({ yaml, admission }: Draft): string | undefined {
  const network = hostNetwork(admission.peerAddress)
  if (network === undefined) return undefined
  return add(yaml, ['admission', 'networks'], network) ? `admission.networks: ${network} is added` : undefined
}

function lowerTier({ yaml, release }: Draft): string | undefined {
  yaml.set('tier', release.tier)
  return `tier: ${release.tier} in the place of a higher one`
}

function addPcrValue({ yaml, evidence, policy }: Draft, { source }: Reason): string | undefined {
  const pcr = Number(/^PCR (\d+)$/.exec(source)?.[1])
  if (pcr === capPcr && !isValueOfCapPcrKnown(evidence)) return undefined
  const banks = banksOf(policy.release.pcrs.get(pcr)?.written.keys(), evidence)
  const added = banks.filter((bank) => {
    const value = evidence.pcrs.banks.get(policyBanks[bank])?.get(pcr)
    return value !== undefined && add(yaml, ['release', 'pcrs', bank, pcr], toHex(value))
  })
  return added.length === 0 ? undefined : `release.pcrs: the value of PCR ${pcr} is added (${added.join(', ')})`
}

/** Without this a boot that is over would be accepted: the running system could get keys by a value that holds the cap. */
function isValueOfCapPcrKnown(evidence: VerifiedEvidence): boolean {
  return !evidence.isCapped && isExplained(evidence, capPcr)
}

/** The banks that a rule names, or the strongest quoted one. */
function banksOf(named: Iterable<PolicyBank> | undefined, { pcrs }: VerifiedEvidence): readonly PolicyBank[] {
  const banks = [...(named ?? [])]
  if (banks.length > 0) return banks
  return (Object.keys(policyBanks) as PolicyBank[]).filter((bank) => pcrs.banks.has(policyBanks[bank])).slice(0, 1)
}

function addComponentDigest(draft: Draft, reason: Reason): string | undefined {
  const component = componentOf(draft, reason)
  const [event, ...others] = component === undefined ? [] : eventsAt(component.place, draft.evidence)
  if (component === undefined || event === undefined || others.length > 0) return undefined
  const banks = banksOf(component.accepted?.written.keys(), draft.evidence)
  const path = ['release', 'components', component.name]
  const added = addDigests(draft.yaml, path, event, banks)
  return added ? `release.components.${component.name}: its digest is added` : undefined
}

/** Words cannot be widened by a machine: the text itself is accepted as it is, by its digest, in the place of the rule. */
function addComponentText(draft: Draft, reason: Reason): string | undefined {
  const component = componentOf(draft, reason)
  const equals = component?.text?.equals ?? []
  const text = /^("(?:[^"\\]|\\.)*")/.exec(reason.fact)?.[1]
  if (component === undefined || equals.length === 0 || text === undefined) return undefined
  const added = add(draft.yaml, ['release', 'components', component.name, 'text', 'equals'], JSON.parse(text) as string)
  return added ? `release.components.${component.name}: its text is added` : undefined
}

function componentOf({ policy }: Draft, { rule }: Reason): ComponentRule | undefined {
  return policy.release.components.find(({ name }) =>
    [`release.components.${name}`, `release.components.${name}.text`].includes(rule),
  )
}

function addComponent(draft: Draft, { source }: Reason): string | undefined {
  const event = eventNamed(draft.evidence, source)
  if (event === undefined) return undefined
  const { boot } = draft.evidence
  const image = boot.images.indexOf(event)
  const section = boot.sections.find((one) => one.event === event)
  const position = eventsOf(draft.evidence, event.pcr).indexOf(event) + 1
  const place =
    image >= 0
      ? { image: image + 1 }
      : section === undefined
        ? { pcr: event.pcr, event: position }
        : { section: section.section }
  const name = unusedName(draft, image >= 0 ? `image${image + 1}` : `pcr${event.pcr}Event${position}`)
  const path = ['release', 'components', name]
  draft.yaml.setIn(path, draft.yaml.createNode(place, { flow: true }))
  addDigests(draft.yaml, path, event, banksOf(undefined, draft.evidence))
  return `release.components.${name} is new: ${source}`
}

function unusedName({ policy }: Draft, wanted: string): string {
  const taken = new Set(policy.release.components.map(({ name }) => name))
  let name = wanted
  for (let n = 2; taken.has(name); n++) name = `${wanted}-${n}`
  return name
}

function addAuthority(draft: Draft, { source }: Reason): string | undefined {
  const event = eventNamed(draft.evidence, source)
  const rule = draft.policy.release.secureBoot
  if (event === undefined || rule === undefined || isShimBypassed({ authorities: [event], ownerSettings: [] }))
    return undefined
  const path = ['release', 'secureBoot', 'authorities']
  const certificate = rule.authorities.certificates.size === 0 ? undefined : vouchingCertificate(event)
  if (certificate !== undefined) {
    const added = add(draft.yaml, [...path, 'certificates'], certificate.fingerprint)
    // Whoever made the certificate chose its name: the fingerprint is what is accepted
    const { fingerprint, subject } = certificate
    return added
      ? `release.secureBoot.authorities: the certificate ${fingerprint} is added, which calls itself ${subject}`
      : undefined
  }
  const banks = banksOf(rule.authorities.events?.written.keys(), draft.evidence)
  return addDigests(draft.yaml, path, event, banks)
    ? `release.secureBoot.authorities: the digest of ${source} is added`
    : undefined
}

function addWaiver(draft: Draft, { source }: Reason): string | undefined {
  const event = eventNamed(draft.evidence, source)
  if (event === undefined || draft.reason.trim() === '') return undefined
  const [bank] = banksOf(undefined, draft.evidence)
  if (bank === undefined) return undefined
  const waiver = { pcr: event.pcr, [bank]: [digestOf(event, bank)], reason: draft.reason }
  add(draft.yaml, ['release', 'waivers'], waiver)
  return `release.waivers: ${source} is let through`
}

function addVolumes(draft: Draft): string | undefined {
  const uuids = draft.evidence.volumes.map(({ uuid }) =>
    toHex(uuid).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  )
  const added = uuids.filter((uuid) => add(draft.yaml, ['release', 'volumes'], uuid))
  return added.length === 0 ? undefined : `release.volumes: ${added.join(', ')} is added`
}

/** `firmware log, event 24, PCR 4`, as reasons name an event. */
function eventNamed({ log }: VerifiedEvidence, source: string): MeasuredEvent | undefined {
  const [, kind, index, pcr] = /^(firmware|userspace) log, event (\d+), PCR (\d+)/.exec(source) ?? []
  return log.events.find((event) => event.log === kind && event.index === Number(index) && event.pcr === Number(pcr))
}

function digestOf(event: MeasuredEvent, bank: PolicyBank): string {
  return toHex(event.digests.get(policyBanks[bank]) ?? new Uint8Array())
}

function addDigests(yaml: Document, path: Path, event: MeasuredEvent, banks: readonly PolicyBank[]): boolean {
  return banks.filter((bank) => add(yaml, [...path, bank], digestOf(event, bank))).length > 0
}

/** Adds a value to a list, which is made where there is none; false where it stands there already. */
function add(yaml: Document, path: Path, value: unknown): boolean {
  const list = yaml.getIn(path)
  if (list instanceof YAMLSeq) {
    if (list.toJSON().includes(value)) return false
    list.add(yaml.createNode(value))
    return true
  }
  yaml.setIn(path, yaml.createNode([value], { flow: true }))
  return true
}
