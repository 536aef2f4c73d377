import {
  attestationKey,
  decodeSelection,
  decodeRequestCore,
  defaultSelection,
  verifyEvidence,
  type Expectation,
  type VerifiedEvidence,
  type WantedVolume,
} from '../../../core/evidence/index.ts'
import { evidenceOf, findDecision, type Row, type Tx } from '../../store/index.ts'
import { decodeByteList, encodeByteList } from '../byte-list.ts'

/** A request for a release with all that its quote is bound to: enough to verify it again in years. */
export interface EvidenceRecord {
  readonly serverId: Uint8Array
  readonly machineId: Uint8Array
  readonly bootId: Uint8Array
  readonly challenge: Uint8Array
  readonly clientSpkiSha256: Uint8Array
  readonly oneTimePublicKey: Uint8Array
  readonly akPublic: Uint8Array
  readonly core: Uint8Array
  readonly attest: Uint8Array
  readonly signature: Uint8Array
  /** What had to be quoted; empty for what is quoted where a policy says nothing else. */
  readonly selection: Uint8Array
}

const fields = [
  'serverId',
  'machineId',
  'bootId',
  'challenge',
  'clientSpkiSha256',
  'oneTimePublicKey',
  'akPublic',
  'core',
  'attest',
  'signature',
] as const satisfies readonly (keyof EvidenceRecord)[]

export function encodeEvidence(record: EvidenceRecord): Uint8Array {
  const values = fields.map((name) => record[name])
  return encodeByteList(record.selection.length === 0 ? values : [...values, record.selection])
}

/** @throws WireError if the bytes are not what `encodeEvidence` writes. */
export function decodeEvidence(bytes: Uint8Array): EvidenceRecord {
  const values = decodeByteList(bytes)
  const names = [...fields, 'selection'] as const
  const record = Object.fromEntries(names.map((name, at) => [name, values[at] ?? new Uint8Array(0)]))
  return record as unknown as EvidenceRecord
}

/**
 * Verifies a record as it was verified when it came, against the counters of then where they are given.
 * @throws EvidenceError
 */
export function verifyRecord(record: EvidenceRecord, lastClock: Expectation['lastClock']): VerifiedEvidence {
  const { attest, signature, core, akPublic, selection: asked, ...binding } = record
  const selection = asked.length === 0 ? defaultSelection : decodeSelection(asked)
  const expected = { key: attestationKey(akPublic), binding, selection, lastClock }
  return verifyEvidence(expected, { attest, signature, core })
}

/** The volumes of a request whose evidence was verified. */
export const wantedVolumes = (verifiedCore: Uint8Array): readonly WantedVolume[] =>
  decodeRequestCore(verifiedCore).volumes

/** The verified evidence of a decision, where it had any. */
export async function storedEvidence(
  tx: Tx,
  decision: Row<'decisions'> | undefined,
): Promise<VerifiedEvidence | undefined> {
  if (decision?.verified !== 1) return undefined
  const bytes = await evidenceOf(tx, decision)
  return bytes && storedEvidenceOf(bytes)
}

/** Verifies evidence that verified when it came, but for the counters of then. */
export const storedEvidenceOf = (bytes: Uint8Array): VerifiedEvidence => verifyRecord(decodeEvidence(bytes), undefined)

/** The evidence of a machine's newest release. */
export async function acceptedEvidence(
  tx: Tx,
  { lastAcceptedDecision }: Row<'machines'>,
): Promise<{ readonly decision: number; readonly evidence: VerifiedEvidence } | undefined> {
  if (lastAcceptedDecision === null) return undefined
  const evidence = await storedEvidence(tx, await findDecision(tx, lastAcceptedDecision))
  return evidence && { decision: lastAcceptedDecision, evidence }
}
