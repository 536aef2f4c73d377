import { toHex, WireError } from '../bytes/index.ts'
import {
  parseCalculatedPcrs,
  parsePcrlock,
  parseUserspaceLog,
  type CalculatedPcr,
  type SignedPcrPolicy,
} from '../eventlog/index.ts'
import { ALG, digest, pcrStep, policyDigest, selectPcrs } from '../tpm/index.ts'
import { bankNames, policyBanks } from './banks.ts'

/** What others publish as expected values. */
export const importFormats = {
  pcrlock: 'a component of systemd-pcrlock (.pcrlock): digests of events',
  cel: 'a log of measurements (CEL-JSON, or systemd’s tpm2-measure.log): digests of events',
  measure: 'PCR values that systemd-measure or ukify calculated (--json)',
  pcrsig: 'signatures of PCR policies (.pcrsig): they say which calculated values count',
} as const
export type ImportFormat = keyof typeof importFormats

/** One value, and the set that it belongs to. */
interface ImportedValue {
  readonly set: string
  readonly version: string
  /** By TPM_ALG_ID. */
  readonly digests: ReadonlyMap<number, Uint8Array>
}

export interface ImportedFile {
  /** As it appears in the versions of its values. */
  readonly label: string
  readonly bytes: Uint8Array
}

/** What a file is, by its first letters and keys. @throws WireError where it is nothing of it. */
export function importFormatOf({ bytes }: ImportedFile): ImportFormat {
  const text = new TextDecoder().decode(bytes.subarray(0, 4096))
  if (text.startsWith('\u001e') || text.startsWith('[')) return 'cel'
  if (/"records"\s*:/.test(text)) return 'pcrlock'
  if (/"pol"\s*:/.test(text)) return 'pcrsig'
  if (/"hash"\s*:/.test(text)) return 'measure'
  throw new WireError('neither CEL-JSON, .pcrlock, .pcrsig nor what systemd-measure prints')
}

/**
 * ReferenceValues (YAML) of what others expect: a set of events for each PCR (`pcr4-events`), and of values (`pcr11-values`).
 * Digests of SHA-1 alone are left out: nothing is trusted on them.
 * @throws WireError naming the field; where nothing is left.
 */
export function importValues(
  name: string,
  files: readonly ImportedFile[],
  isSigned: (calculated: CalculatedPcr) => boolean = () => true,
): string {
  const values = files.flatMap((file) => valuesOf(file, isSigned))
  const sets = new Map<string, Map<string, string>>()
  for (const { set, version, digests } of values) {
    const banks = bankNames.flatMap((bank) => {
      const value = digests.get(policyBanks[bank])
      return value === undefined ? [] : [`${bank}: "${toHex(value)}"`]
    })
    if (banks.length === 0) continue
    const lines = sets.get(set) ?? new Map<string, string>()
    const key = banks.join(', ')
    if (!lines.has(key)) lines.set(key, `    - { version: ${JSON.stringify(version.slice(0, 200))}, ${key} }`)
    sets.set(set, lines)
  }
  if (sets.size === 0) throw new WireError('no digest that is trusted')
  return [
    'kind: ReferenceValues',
    `name: ${name}`,
    'sets:',
    ...[...sets].flatMap(([set, lines]) => [`  ${set}:`, ...lines.values()]),
    '',
  ].join('\n')
}

function valuesOf(file: ImportedFile, isSigned: (calculated: CalculatedPcr) => boolean): readonly ImportedValue[] {
  const { label, bytes } = file
  switch (importFormatOf(file)) {
    case 'pcrlock':
      return parsePcrlock(bytes).map(({ pcr, digests }, at) => eventValue(label, at, pcr, digests))
    case 'cel':
      return parseUserspaceLog(bytes).map(({ pcr, digests, index }) => eventValue(label, index, pcr, digests))
    case 'measure':
      return parseCalculatedPcrs(bytes)
        .filter(isSigned)
        .map(({ pcr, phase, values }) => ({ set: `pcr${pcr}-values`, version: `${label} ${phase}`, digests: values }))
    case 'pcrsig':
      throw new WireError('signatures say which calculated values count, and are no values')
  }
}

const eventValue = (
  label: string,
  at: number,
  pcr: number,
  digests: ReadonlyMap<number, Uint8Array>,
): ImportedValue => ({ set: `pcr${pcr}-events`, version: `${label} record ${at}`, digests })

/** Whether one of these policies is about exactly this PCR and has one of its values in one of its banks. */
export function isSignedBy(policies: readonly SignedPcrPolicy[], { pcr, values }: CalculatedPcr): boolean {
  return policies.some(({ bank, pcrs, policyDigest: signed }) => {
    const value = values.get(bank)
    if (value === undefined || pcrs.length !== 1 || pcrs[0] !== pcr) return false
    const policy = policyDigest(ALG.sha256, pcrStep([selectPcrs(bank, [pcr])], digest(ALG.sha256, value)))
    return toHex(policy) === toHex(signed)
  })
}
