import { stringify } from 'yaml'
import { toHex } from '../bytes/index.ts'
import { untrustedHint } from '../eventlog/index.ts'
import {
  capPcr,
  isOsSeparator,
  isShimBypassed,
  quotablePcrs,
  type MeasuredEvent,
  type VerifiedEvidence,
} from '../evidence/index.ts'
import { eventsOf, isExplained } from './boot-rules.ts'
import { bankNames, policyBanks, type PolicyBank } from './banks.ts'
import { type Tier } from './boot-policy.ts'
import { imageLabels } from './image-labels.ts'
import { certificateText, eventLabel, sectionLabel } from './labels.ts'
import { hostNetwork } from './networks.ts'
import { unmeasured } from './unmeasured.ts'

/** The boot to learn from, and the machine it is of. */
export interface LearnInput {
  /** For the policy. */
  readonly name: string
  readonly machine: string
  readonly tier: Tier
  /** From where the machine asked; without it a person has to approve every boot. */
  readonly peerAddress?: string | undefined
  /** Number of the decision that recorded the evidence. */
  readonly decision?: string | undefined
  readonly evidence: VerifiedEvidence
}

/** PCRs in which each event is a component. Where more than a few were measured (GRUB's commands), the value stands for all. */
const componentPcrs: readonly number[] = [11, 4, 9, 12, 8]
const maxComponentsOfPcr = 16

const pcrComments: Readonly<Record<number, string>> = {
  0: 'firmware; changes with memory size and number of CPUs: list a value for each',
  1: 'firmware settings, boot order; with newer firmware or systemd-boot also what the machine is called (SMBIOS)',
  2: 'drivers: option ROMs, and what loaders loaded',
  3: 'settings of option ROMs',
  4: 'boot loader and kernel images',
  5: 'partition table, settings of the boot loader',
  6: 'host platform',
  7: 'Secure Boot keys and state; changes with an update of dbx',
  8: 'GRUB commands, kernel command line',
  9: 'files that GRUB read; initrd',
  11: 'unified kernel image',
  12: 'kernel command line, credentials, add-ons',
  13: 'system extensions',
  14: 'keys of shim',
  15: 'cap, machine identity',
}

/**
 * Writes the BootPolicy (YAML, with comments) that this boot satisfies and any boot that measures something else does not.
 * Only verified facts get into its rules; what the log merely says stands in comments. Unknown events are not waived.
 */
export function learnPolicy(input: LearnInput): string {
  const bank = strongestBank(input.evidence)
  const { boot } = input.evidence
  const components = learnComponents(input.evidence)
  const lines = [
    `# Learnt from ${input.decision === undefined ? 'a verified boot' : `decision ${input.decision}`}. Comments after digests are what the event log says of itself.`,
    'kind: BootPolicy',
    `name: ${scalar(input.name)}`,
    `machines: [${scalar(input.machine)}]`,
    ...(input.tier === 'T0'
      ? ['# T0: the guest measures itself. It finds mistakes, not who can write the boot partition offline.']
      : []),
    `tier: ${input.tier}`,
    ...quoteLines(input.evidence),
    'admission:',
    ...admissionLines(input.peerAddress),
    'release:',
    ...unmeasured(input.evidence).map((text) => `  # ${text}`),
    ...(isSecured(boot) ? secureBootLines(boot.authorities, bank) : []),
    ...componentLines(components, bank),
    ...pcrLines(input.evidence, new Set(components.map(({ event }) => event.pcr)), bank),
    ...unknownLines(boot.unknown, bank),
  ]
  return `${lines.join('\n')}\n`
}

/** What was quoted, where that is not what is quoted when nobody says anything. */
function quoteLines({ pcrs: { banks } }: VerifiedEvidence): readonly string[] {
  const names = bankNames.filter((bank) => banks.has(policyBanks[bank]))
  const [quoted = new Map<number, Uint8Array>()] = banks.values()
  const isWhole = quotablePcrs.every((pcr) => quoted.has(pcr))
  if (names.join() === 'sha256' && isWhole) return []
  const pcrs = isWhole ? '' : `, pcrs: [${[...quoted.keys()].join(', ')}]`
  return [`quote: { banks: [${names.join(', ')}]${pcrs} }`]
}

function admissionLines(peerAddress = ''): readonly string[] {
  const network = hostNetwork(peerAddress)
  if (network === undefined) return ['  approval: everyBoot']
  return [
    '  # The address of the boot this was learnt from: write the network of the machine.',
    `  networks: ["${network}"]`,
  ]
}

/** Whether Secure Boot vouched for what was started. */
function isSecured(boot: VerifiedEvidence['boot']): boolean {
  return boot.secureBoot === 'on' && boot.authorities.length > 0 && !isShimBypassed(boot)
}

function secureBootLines(authorities: readonly MeasuredEvent[], bank: PolicyBank): readonly string[] {
  return [
    '  secureBoot:',
    '    required: true',
    '    authorities:',
    `      ${bank}:`,
    ...uniqueLines(
      authorities.map(
        (event) => `        - "${hexOf(event, bank)}" # ${certificateText(event) ?? untrustedHint(event)}`,
      ),
    ),
  ]
}

interface LearntComponent {
  readonly label: string
  readonly place: string
  readonly event: MeasuredEvent
}

function learnComponents(evidence: VerifiedEvidence): readonly LearntComponent[] {
  const taken = new Set<string>()
  return componentPcrs
    .flatMap((pcr) => componentsOfPcr(evidence, pcr))
    .map((component) => {
      let label = component.label
      for (let n = 2; taken.has(label); n++) label = `${component.label}${n}`
      taken.add(label)
      return { ...component, label }
    })
}

function componentsOfPcr(evidence: VerifiedEvidence, pcr: number): readonly LearntComponent[] {
  if (!isExplained(evidence, pcr)) return []
  const components = everyComponentOf(evidence, pcr)
  return components.length > maxComponentsOfPcr ? [] : components
}

function everyComponentOf(evidence: VerifiedEvidence, pcr: number): readonly LearntComponent[] {
  const { boot } = evidence
  if (pcr === 4) return imageLabels(evidence).flatMap((label, at) => placed(label, `image: ${at + 1}`, boot.images[at]))
  if (pcr === 11 && !areSectionsAll(boot)) return []
  if (pcr === 11)
    return boot.sections.map(({ section, event }) => ({
      label: sectionLabel(section),
      place: `section: ${section}`,
      event,
    }))
  const every = eventsOf(evidence, pcr).map((event, at) => ({
    label: eventLabel(event),
    place: `pcr: ${pcr}, event: ${at + 1}`,
    event,
  }))
  return every.filter((component) => !isOsSeparator(component.event))
}

function placed(label: string, place: string, event: MeasuredEvent | undefined): readonly LearntComponent[] {
  return event === undefined ? [] : [{ label, place, event }]
}

/** Whether sections, each once, are all there is: one that was measured twice has no place of its own. */
function areSectionsAll({ sections, strays }: VerifiedEvidence['boot']): boolean {
  return strays.length === 0 && new Set(sections.map(({ section }) => section)).size === sections.length
}

function componentLines(components: readonly LearntComponent[], bank: PolicyBank): readonly string[] {
  if (components.length === 0) return []
  const rows = components.map(
    ({ label, place, event }) =>
      `    ${label}: { ${place}, ${bank}: ["${hexOf(event, bank)}"] } # ${untrustedHint(event)}`,
  )
  return ['  components:', ...rows]
}

/** A boot that is past the cap, or may be, is no model for one that gets keys. */
function pcrLines(
  evidence: VerifiedEvidence,
  judgedByComponents: ReadonlySet<number>,
  bank: PolicyBank,
): readonly string[] {
  const { pcrs, log, isCapped } = evidence
  const mayBeCapped = isCapped || !isExplained(evidence, capPcr)
  const values = [...(pcrs.banks.get(policyBanks[bank]) ?? [])].filter(([pcr, value]) => {
    const isUntouchedCap = pcr === capPcr && (mayBeCapped || value.every((byte) => byte === 0))
    return !judgedByComponents.has(pcr) && !isUntouchedCap && pcr <= capPcr
  })
  return [...(mayBeCapped ? [cappedComment] : []), ...valueLines(values, log, bank)]
}

const cappedComment =
  '  # Keys were released or refused in this boot before, or no log says what stands in PCR 15: this policy refuses such a boot.'

function valueLines(
  values: readonly (readonly [number, Uint8Array])[],
  log: VerifiedEvidence['log'],
  bank: PolicyBank,
): readonly string[] {
  if (values.length === 0) return []
  const rows = values.map(([pcr, value]) => {
    const comment = log.unexplained.has(pcr) ? 'no log explains it' : (pcrComments[pcr] ?? '')
    return `      ${pcr}: ["${toHex(value)}"] # ${comment}`
  })
  return ['  pcrs:', `    ${bank}:`, ...rows]
}

function unknownLines(unknown: readonly MeasuredEvent[], bank: PolicyBank): readonly string[] {
  if (unknown.length === 0) return []
  return [
    '  # Nobody can say what these events are, so this policy refuses the boot it was learnt from until somebody does:',
    '  # waivers:',
    ...unknown.map(
      (event) =>
        `  #   - { pcr: ${event.pcr}, ${bank}: ["${hexOf(event, bank)}"], reason: "" } # ${untrustedHint(event)}`,
    ),
  ]
}

function strongestBank({ pcrs }: VerifiedEvidence): PolicyBank {
  const bank = (Object.keys(policyBanks) as PolicyBank[]).find((name) => pcrs.banks.has(policyBanks[name]))
  if (bank === undefined) throw new TypeError('the evidence has no bank that a policy can speak of')
  return bank
}

function hexOf(event: MeasuredEvent, bank: PolicyBank): string {
  return toHex(event.digests.get(policyBanks[bank]) ?? new Uint8Array())
}

/** The same authority may have vouched for several images. */
function uniqueLines(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)]
}

function scalar(text: string): string {
  return stringify(text, { lineWidth: 0 }).trimEnd()
}
