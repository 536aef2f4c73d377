import { Reader, Writer } from '../../../core/bytes/index.ts'
import { NT } from '../../../core/tpm/index.ts'
import type { NvIndex } from './entity.ts'
import { putNvIndex } from './nv-space.ts'
import type { TpmState } from './tpm-state.ts'

export const isPinFail = ({ nvPublic }: Pick<NvIndex, 'nvPublic'>): boolean => nvPublic.attributes.nt === NT.pinFail
export const isPinPass = ({ nvPublic }: Pick<NvIndex, 'nvPublic'>): boolean => nvPublic.attributes.nt === NT.pinPass
export const isPin = (index: Pick<NvIndex, 'nvPublic'>): boolean => isPinFail(index) || isPinPass(index)

/** TPMS_NV_PIN_COUNTER_PARAMETERS (Part 2, 13.3). */
function pinOf({ contents }: NvIndex): { readonly pinCount: number; readonly pinLimit: number } {
  const from = new Reader(contents)
  return { pinCount: from.u32(), pinLimit: from.u32() }
}

/** Whether the authValue of a PIN index may be used once more (Part 1, 37.2.8): never before it was written. */
export function mayTryPin(index: NvIndex): boolean {
  if (!index.nvPublic.attributes.written) return false
  const { pinCount, pinLimit } = pinOf(index)
  return pinCount < pinLimit
}

/**
 * Counts a use of a PIN index's authValue: PIN fail counts wrong ones until a right one comes, PIN pass right ones. A policy
 * may ask for the authValue of one that was never written, where there is nothing to count.
 */
export function countPin(tpm: TpmState, index: NvIndex, isRight: boolean): void {
  if (!index.nvPublic.attributes.written) return
  const { pinCount, pinLimit } = pinOf(index)
  const counted = isPinFail(index) ? (isRight ? 0 : pinCount + 1) : pinCount + (isRight ? 1 : 0)
  if (counted === pinCount) return
  putNvIndex(tpm, { ...index, contents: new Writer().u32(counted).u32(pinLimit).done() })
}
