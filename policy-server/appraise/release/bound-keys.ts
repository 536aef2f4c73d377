import { createCipheriv } from 'node:crypto'
import { concat } from '../../../core/bytes/index.ts'
import {
  boundPolicy,
  encodeTpmBoundKeys,
  type BootLimits,
  type PcrSelection,
  type VerifiedEvidence,
} from '../../../core/evidence/index.ts'
import { ALG, decode, sealForImport, TPMT_PUBLIC } from '../../../core/tpm/index.ts'
import type { Random } from '../../keys/index.ts'
import type { Row } from '../../store/index.ts'

const keyBytes = 32
const nonceBytes = 12 // SP 800-38D, 5.2.1.1
const lastTime = 0xffff_ffff_ffff_ffffn

/** The TPM, state, boot and time that an answer is bound to. */
export interface TpmTerms {
  /** An EK of the machine, shown by credential activation to be in the TPM that quoted. */
  readonly parent: Pick<Row<'identityEks'>, 'ekName' | 'ekPublic'>
  readonly authPolicy: Uint8Array
  readonly limits: BootLimits
}

/** The key of a machine's TPM that answers are bound to: on a curve, where there is one, since a TPM makes it faster. */
export function parentOf(eks: readonly Row<'identityEks'>[]): Row<'identityEks'> | undefined {
  return eks.find(({ ekPublic }) => decode(TPMT_PUBLIC, ekPublic).type === ALG.ecc) ?? eks[0]
}

/** What an answer is bound to: what was quoted, this boot of the TPM, and by the TPM's clock the time the policy gives. */
export function tpmTerms(
  parent: TpmTerms['parent'],
  { quote, pcrs }: VerifiedEvidence,
  validForMs: number | undefined,
): TpmTerms {
  const { resetCount, clock } = quote.clockInfo
  const limits = { resetCount, lastClock: validForMs === undefined ? undefined : after(clock, validForMs) }
  return { parent, limits, authPolicy: boundPolicy(selectionIn(pcrs), pcrs, limits) }
}

/** What was quoted, as it was asked for. */
const selectionIn = ({ banks }: VerifiedEvidence['pcrs']): PcrSelection =>
  [...banks].map(([hash, values]) => ({ hash, pcrs: [...values.keys()] }))

const after = (clock: bigint, ms: number): bigint => {
  const last = clock + BigInt(ms)
  return last > lastTime ? lastTime : last
}

/** Encrypts keys under one that only the TPM gives out, in that state, boot and time. */
export function bindToTpm({ parent, authPolicy, limits }: TpmTerms, plaintext: Uint8Array, random: Random): Uint8Array {
  const key = random(keyBytes)
  const nonce = random(nonceBytes)
  const blob = sealForImport({ parent: decode(TPMT_PUBLIC, parent.ekPublic), authPolicy, data: key, random })
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(blob.objectPublic)
  const ciphertext = concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
  key.fill(0)
  return encodeTpmBoundKeys({ ...limits, parentName: parent.ekName, blob, nonce, ciphertext })
}
