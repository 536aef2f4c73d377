import { concat, Writer } from '../bytes/index.ts'
import {
  ALG,
  counterTimerStep,
  digest,
  EO,
  pcrStep,
  policyDigest,
  selectPcrs,
  type ImportBlob,
  type PolicyStep,
} from '../tpm/index.ts'
import { type PcrSelection } from './pcr-selection.ts'
import { type QuotedPcrs } from './quoted-pcrs.ts'
import { bytes, fixed, group, list, record, u32, type Field } from './record.ts'

/** The policies of bound objects are under this hash. */
export const boundPolicyHash = ALG.sha256

/** In which boot of a TPM, and until when by its clock, a bound object opens. */
export interface BootLimits {
  readonly resetCount: number
  /** TPMS_CLOCK_INFO.clock, the last millisecond; as long as the boot, where there is none. */
  readonly lastClock: bigint | undefined
}

/** Operands of TPM2_PolicyCounterTimer (Part 3, 23.10). */
export interface CounterTimerTerm {
  readonly operandB: Uint8Array
  readonly offset: number
  readonly operation: number
}

/** TPMS_TIME_INFO (Part 2, 10.11.6): `time`, then TPMS_CLOCK_INFO. */
const offsets = { clock: 8, resetCount: 16 } as const

/** The limits as the TPM checks them, in this order. */
export function limitTerms({ resetCount, lastClock }: BootLimits): readonly CounterTimerTerm[] {
  const reset = { operandB: new Writer().u32(resetCount).done(), offset: offsets.resetCount, operation: EO.eq }
  if (lastClock === undefined) return [reset]
  const operandB = new Writer().u64(lastClock).done()
  return [reset, { operandB, offset: offsets.clock, operation: EO.unsignedLe }]
}

/** The authPolicy under which an object opens only while the PCRs are as they were quoted, in this boot, and in time. */
export function boundPolicy(asked: PcrSelection, { banks }: QuotedPcrs, limits: BootLimits): Uint8Array {
  const values = asked.flatMap(({ hash, pcrs }) => pcrs.map((pcr) => banks.get(hash)?.get(pcr) ?? new Uint8Array(0)))
  const selection = asked.map(({ hash, pcrs }) => selectPcrs(hash, pcrs))
  const inState = pcrStep(selection, digest(boundPolicyHash, concat(...values)))
  const inBoot = limitTerms(limits).map(({ operandB, offset, operation }): PolicyStep =>
    counterTimerStep(operandB, offset, operation),
  )
  return policyDigest(boundPolicyHash, inState, ...inBoot)
}

/** Keys that only one TPM gives out: they are encrypted under a key in an object that it imports. */
export interface TpmBoundKeys extends BootLimits {
  /** Of the storage key that the object is for. */
  readonly parentName: Uint8Array
  readonly blob: ImportBlob
  /** AES-256-GCM: nonce, ciphertext with its tag, of what `release` seals otherwise. */
  readonly nonce: Uint8Array
  readonly ciphertext: Uint8Array
}

const u64: Field<bigint> = {
  read: (from) => from.u64(),
  write: (to, value) => to.u64(value),
}

const wire = record(
  'TpmBoundKeys',
  'BLtb',
  1,
  group<Omit<TpmBoundKeys, 'lastClock'> & { lastClock: readonly bigint[] }>({
    resetCount: u32,
    lastClock: list(u64, 1),
    parentName: bytes(66),
    blob: group<ImportBlob>({ objectPublic: bytes(512), duplicate: bytes(512), inSymSeed: bytes(1024) }),
    nonce: fixed(12),
    ciphertext: bytes(1 << 16),
  }),
)

/** @throws WireError for what is beyond the limits. */
export const encodeTpmBoundKeys = ({ lastClock, ...keys }: TpmBoundKeys): Uint8Array =>
  wire.encode({ ...keys, lastClock: lastClock === undefined ? [] : [lastClock] })

/** @throws WireError naming the field. */
export function decodeTpmBoundKeys(untrusted: Uint8Array): TpmBoundKeys {
  const { lastClock, ...keys } = wire.decode(untrusted)
  return { ...keys, lastClock: lastClock[0] }
}
