import { concat, equalInConstantTime, Reader, Writer } from '../../../core/bytes/index.ts'
import {
  ALG,
  cfbDecrypt,
  cfbEncrypt,
  encode,
  hmac,
  kdfa,
  RC,
  TPM2B_DIGEST,
  type TPMS_CONTEXT,
} from '../../../core/tpm/index.ts'
import { contextHash, type TpmState } from '../state/tpm-state.ts'
import { TpmError } from '../tpm-error.ts'
import { refusalOf } from './refusal.ts'

const keyBits = 256
const ivBits = 128
/** Part 2, 14.6: an object that does not outlive TPM2_Startup(CLEAR). */
export const savedStClearObject = 0x80000002
type About = Omit<TPMS_CONTEXT, 'contextBlob'>

/** Part 1, 30.3.1: key and IV follow from the proof and from what names the context, so that no two share them. */
function protection(tpm: TpmState, { sequence, savedHandle, hierarchy }: About): { key: Uint8Array; iv: Uint8Array } {
  const bound = new Writer().u64(sequence).done()
  const handle = new Writer().u64(tpm.persistent.totalResetCount).u32(savedHandle).done()
  const material = kdfa(contextHash, tpm.proofOf(hierarchy), 'CONTEXT', bound, handle, keyBits + ivBits)
  return { key: material.subarray(0, keyBits / 8), iv: material.subarray(keyBits / 8) }
}

/** Part 1, 30.3.2: a context does not outlive a TPM Reset, nor that of an stClear object a Restart. */
function integrity(tpm: TpmState, { sequence, savedHandle, hierarchy }: About, sealed: Uint8Array): Uint8Array {
  const bound = new Writer()
    .u64(tpm.persistent.totalResetCount)
    .u32(savedHandle === savedStClearObject ? tpm.reset.clearCount : 0)
    .u64(sequence)
    .u32(savedHandle)
    .u32(hierarchy)
  return hmac(contextHash, tpm.proofOf(hierarchy), bound.done(), sealed)
}

/** The content of a TPM2B_CONTEXT_DATA; `content` is zeroed. */
export function sealContext(tpm: TpmState, about: About, content: Uint8Array): Uint8Array {
  const { key, iv } = protection(tpm, about)
  const sealed = cfbEncrypt(ALG.aes, key, content, iv)
  key.fill(0)
  content.fill(0)
  return concat(encode(TPM2B_DIGEST, integrity(tpm, about, sealed)), sealed)
}

/**
 * The content of a saved context, or the response code that refuses it.
 * @throws TpmError for a blob that does not begin with a digest: libtpms blames no parameter then.
 */
export function openContext(tpm: TpmState, context: TPMS_CONTEXT): Uint8Array | number {
  const from = new Reader(context.contextBlob)
  const shown = refusalOf(() => TPM2B_DIGEST.read(from))
  if (typeof shown === 'number') throw new TpmError(shown)
  const sealed = from.bytes(from.left)
  if (sealed.length === 0) return RC.size
  if (!equalInConstantTime(integrity(tpm, context, sealed), shown)) return RC.integrity
  const { key, iv } = protection(tpm, context)
  const content = cfbDecrypt(ALG.aes, key, sealed, iv)
  key.fill(0)
  return content
}
