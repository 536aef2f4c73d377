import { fromHex } from '../../core/bytes/index.ts'
import { digestAlgorithmNamed, type PcrBanks } from '../../core/eventlog/index.ts'

/** What a guest found when its system started. */
export interface GuestReport {
  /** All PCRs of all banks, by the algorithm's id. */
  readonly pcrs: PcrBanks
  /** The firmware's event log, byte for byte. */
  readonly log: Uint8Array
  /** What its kernel was told. */
  readonly commandLine: string
}

/** Reads the lines that test/vm/init wrote, without the one that ends them. */
export function parseReport(lines: readonly string[]): GuestReport {
  const pcrs = new Map<number, Map<number, Uint8Array>>()
  for (const line of lines.filter((each) => each.startsWith('pcr '))) {
    const [, bank = '', pcr = '', value = ''] = line.split(' ')
    const algorithm = digestAlgorithmNamed(bank)
    if (algorithm === undefined) throw new Error(`a guest reports a bank called ${bank}`)
    const values = pcrs.get(algorithm.id) ?? new Map<number, Uint8Array>()
    pcrs.set(algorithm.id, values.set(Number(pcr), fromHex(value.toLowerCase())))
  }
  return {
    pcrs,
    log: new Uint8Array(Buffer.from(field(lines, 'log'), 'base64')),
    commandLine: field(lines, 'commandLine'),
  }
}

function field(lines: readonly string[], name: string): string {
  const line = lines.find((each) => each.startsWith(`${name} `))
  if (line === undefined) throw new Error(`a guest reports no ${name}`)
  return line.slice(name.length + 1)
}
