import { type AdmissionRules, type BootPolicy } from './boot-policy.ts'
import { compileAdmission, hasOffDiskFactor } from './compile-admission.ts'
import { pcrOfPlace } from './compile-components.ts'
import { unique } from './compile-digests.ts'
import { compileQuote } from './compile-quote.ts'
import { compileRelease } from './compile-release.ts'
import { extensionsPcr, imagePcr, speaksOf } from './outside-rules.ts'
import { resolver, type Library, type ResolveIssuer } from './library.ts'
import { PolicyFault } from './policy-fault.ts'
import { type BootPolicyDocument } from './schema.ts'

/** @throws PolicyFault */
export function compilePolicy(document: BootPolicyDocument, library: Library): BootPolicy {
  const { resolve, resolveIssuer, used } = resolver(library)
  const policy = {
    kind: document.kind,
    name: document.name,
    machines: unique(document.machines ?? [], ['machines']),
    groups: unique(document.groups ?? [], ['groups']),
    tier: document.tier,
    admission: admissionOf(document, resolveIssuer),
    release: compileRelease(document.release, ['release'], resolve),
    floors: [],
  }
  const quote = compileQuote(document.quote, policy.release)
  const { pcrs, components, secureBoot } = policy.release
  if (pcrs.size === 0 && components.length === 0 && secureBoot === undefined)
    throw new PolicyFault(['release'], 'asks for nothing: name pcrs, components or secureBoot')
  return { ...policy, quote, references: used(), warnings: warningsOf({ ...policy, quote }) }
}

function admissionOf(
  { admission: { acceptDiskOnlyIdentity, ...admission } }: BootPolicyDocument,
  resolveIssuer: ResolveIssuer,
): AdmissionRules {
  const rules = compileAdmission(admission, ['admission'], resolveIssuer)
  if (!hasOffDiskFactor(rules) && !acceptDiskOnlyIdentity)
    throw new PolicyFault(
      ['admission'],
      'admits a copy of the disk as it admits the machine: name networks, platform or approval, or say acceptDiskOnlyIdentity: true',
    )
  return { ...rules, acceptDiskOnlyIdentity }
}

function warningsOf({
  tier,
  admission,
  release,
  quote,
}: Pick<BootPolicy, 'tier' | 'admission' | 'release' | 'quote'>): readonly string[] {
  const isSaid = (pcr: number) => speaksOf(release, pcr)
  const isAsked = (pcr: number) => isSaid(pcr) && !isToBeEmpty(release, pcr)
  const warnings: string[] = []
  if (tier === 'T0')
    warnings.push(
      'tier T0: the guest measures itself; who can write its boot partition offline defeats the measurement',
    )
  if (tier === 'T2' || tier === 'T3')
    warnings.push(
      `tier ${tier}: no machine is of it; nothing that this version verifies shows a TPM of a provider or a confidential VM`,
    )
  if (admission.acceptDiskOnlyIdentity && !hasOffDiskFactor(admission))
    warnings.push('acceptDiskOnlyIdentity: a copy of the disk is admitted like the machine itself')
  if (release.secureBoot === undefined && !isSaid(4))
    warnings.push('nothing is asked of PCR 4: any boot loader and kernel image may have run')
  if (release.secureBoot !== undefined && !isSaid(4))
    warnings.push(
      'nothing is asked of PCR 4 but that an image is on record: an authority that vouched for one (a driver, an option ROM) shows nothing of the others',
    )
  if (release.secureBoot === undefined && !isSaid(7)) warnings.push('nothing is asked of Secure Boot (PCR 7)')
  if (release.secureBoot === undefined && isSaid(4) && !isSaid(2))
    warnings.push(
      'nothing is asked of PCR 2: a driver that a boot option names stands there like an option ROM, and any may have run',
    )
  if (![8, 9, 11, 12].some(isAsked))
    warnings.push('nothing is asked of PCR 8, 9, 11 and 12: any command line and initrd may have been used')
  else if (![9, 11].some(isAsked)) warnings.push('nothing is asked of PCR 9 and 11: any initrd may have been used')
  else if (![8, 11, 12].some(isAsked))
    warnings.push(
      'nothing is asked of PCR 8, 11 and 12: a command line shows only where the kernel measures it into PCR 9',
    )
  if (isSaid(imagePcr) && !quote.pcrs.includes(extensionsPcr))
    warnings.push(`PCR ${extensionsPcr} is not quoted: system extensions that the image is given stay unseen`)
  return warnings
}

/** Whether a PCR is to hold nothing: then nothing is known of what a loader that measures nothing has started. */
function isToBeEmpty({ pcrs, components }: BootPolicy['release'], pcr: number): boolean {
  const accepted = pcrs.get(pcr)
  if (accepted === undefined || accepted.references.length > 0) return false
  if (components.some(({ place }) => pcrOfPlace(place) === pcr)) return false
  return [...accepted.written.values()].every((values) => [...values].every((value) => /^0+$/.test(value)))
}
