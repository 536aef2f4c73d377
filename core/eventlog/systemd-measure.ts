import { z } from 'zod'
import { fromHex, WireError } from '../bytes/index.ts'
import { digestAlgorithmNamed, type DigestAlgorithm } from './digest-algorithm.ts'
import { pcrCount } from './log-limits.ts'
import { parseJsonObject } from './parse-json.ts'

/** The value that a PCR has at a moment of a boot, by what systemd-measure computed. */
export interface CalculatedPcr {
  readonly pcr: number
  /** The phase of the boot that it ends: `enter-initrd`. */
  readonly phase: string
  /** By TPM_ALG_ID of the bank. */
  readonly values: ReadonlyMap<number, Uint8Array>
}

/** A policy about PCRs that somebody signed (`.pcrsig`): PolicyPCR over one value of them. */
export interface SignedPcrPolicy {
  /** TPM_ALG_ID. */
  readonly bank: number
  readonly pcrs: readonly number[]
  /** policyDigest, under SHA-256. */
  readonly policyDigest: Uint8Array
  readonly signature: Uint8Array
}

const maxRows = 256
/** What sd-stub and the phases of a boot extend (UAPI.7). */
const unifiedImagePcr = 11
const pcr = z
  .int()
  .min(0)
  .max(pcrCount - 1)
const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`), 'no digest')
const phase = z.string().regex(/^[\x20-\x7e]{1,120}$/, 'no phase')
const rows = <Row extends z.ZodType>(row: Row) => z.record(z.string(), z.array(row).min(1).max(maxRows))

const calculated = rows(z.looseObject({ phase, pcr: pcr.default(unifiedImagePcr), hash: z.string() }))
const signed = rows(
  z.looseObject({
    pcrs: z.array(pcr).min(1).max(pcrCount),
    pol: hex(32),
    sig: z.base64().max(2048),
  }),
)

/**
 * Reads what `systemd-measure calculate --json=short` prints (ukify's `--measure --json` prints the same).
 * @throws WireError naming the bank and row.
 */
export function parseCalculatedPcrs(untrusted: Uint8Array): readonly CalculatedPcr[] {
  const moments = new Map<string, { pcr: number; phase: string; values: Map<number, Uint8Array> }>()
  for (const [bank, found] of Object.entries(parseJsonObject(untrusted, calculated))) {
    const algorithm = bankOf(bank)
    for (const [index, { pcr, phase, hash }] of found.entries()) {
      const key = `${pcr} ${phase}`
      const moment = moments.get(key) ?? { pcr, phase, values: new Map<number, Uint8Array>() }
      if (moment.values.has(algorithm.id)) throw new WireError('stands twice', [bank, index])
      moment.values.set(algorithm.id, digestOf(algorithm, hash, [bank, index, 'hash']))
      moments.set(key, moment)
    }
  }
  return [...moments.values()]
}

/**
 * Reads the signatures of PCR policies that `systemd-measure sign` and ukify write (`.pcrsig`).
 * @throws WireError naming the bank and row.
 */
export function parsePcrSignatures(untrusted: Uint8Array): readonly SignedPcrPolicy[] {
  return Object.entries(parseJsonObject(untrusted, signed)).flatMap(([bank, found]) => {
    const { id } = bankOf(bank)
    return found.map(({ pcrs, pol, sig }) => ({
      bank: id,
      pcrs,
      policyDigest: fromHex(pol),
      signature: Uint8Array.from(atob(sig), (letter) => letter.charCodeAt(0)),
    }))
  })
}

function bankOf(name: string): DigestAlgorithm {
  const algorithm = digestAlgorithmNamed(name)
  if (algorithm === undefined) throw new WireError('no PCR bank', [name])
  return algorithm
}

function digestOf({ digestSize }: DigestAlgorithm, text: string, path: readonly (string | number)[]): Uint8Array {
  if (!/^[0-9a-f]*$/.test(text) || text.length !== 2 * digestSize) throw new WireError('no digest', path)
  return fromHex(text)
}
