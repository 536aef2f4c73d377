import { ALG, hashAlgorithms } from '../tpm/index.ts'

/** A digest algorithm of PCR banks. */
export interface DigestAlgorithm {
  readonly id: number
  /** Name in logs, policies and on the command line. */
  readonly name: string
  /** Name that node:crypto knows. */
  readonly nodeName: string
  readonly digestSize: number
}

/** TCG Algorithm Registry, table 3. Beside the algorithms that our own TPM has, logs of other TPMs are replayed. */
const table: readonly DigestAlgorithm[] = [
  ...hashAlgorithms.map(({ id, node, digestBytes }) => ({ id, name: node, nodeName: node, digestSize: digestBytes })),
  { id: ALG.sm3_256, name: 'sm3_256', nodeName: 'sm3', digestSize: 32 },
  { id: 0x0027, name: 'sha3_256', nodeName: 'sha3-256', digestSize: 32 },
  { id: 0x0028, name: 'sha3_384', nodeName: 'sha3-384', digestSize: 48 },
  { id: 0x0029, name: 'sha3_512', nodeName: 'sha3-512', digestSize: 64 },
]

const byId: ReadonlyMap<number, DigestAlgorithm> = new Map(table.map((row) => [row.id, row]))
const byName: ReadonlyMap<string, DigestAlgorithm> = new Map(table.map((row) => [row.name, row]))

/** The algorithm with this TPM_ALG_ID, if it is one a PCR bank can have. */
export function digestAlgorithm(id: number): DigestAlgorithm | undefined {
  return byId.get(id)
}

/** The algorithm with this name (`sha256`), if it is one a PCR bank can have. */
export function digestAlgorithmNamed(name: string): DigestAlgorithm | undefined {
  return byName.get(name)
}
