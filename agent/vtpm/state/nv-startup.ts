import { Reader, Writer } from '../../../core/bytes/index.ts'
import { NT, type TPMA_NV } from '../../../core/tpm/index.ts'
import type { StoredNvIndex } from './persistent-state.ts'
import type { TpmState } from './tpm-state.ts'

/** How far an orderly counter may be ahead of what was written of it (TPM_PT_ORDERLY_COUNT). */
const orderlyCount = 0xffn

/** What a Reset or a Restart does to the indices (Part 2, 13.4; Part 1, 37.4): a Resume leaves them as they are. */
export function startNvIndices(tpm: TpmState, isReset: boolean): void {
  const nvIndices = tpm.persistent.nvIndices.map((index) => started(index, isReset, tpm.wasOrderly))
  if (nvIndices.some((index, at) => index !== tpm.persistent.nvIndices[at])) tpm.persist({ nvIndices })
}

function started(index: StoredNvIndex, isReset: boolean, wasOrderly: boolean): StoredNvIndex {
  const before = index.nvPublic.attributes
  const attributes = startedAttributes(before, isReset)
  const contents = !wasOrderly && isOrderlyCounter(before) && before.written ? ahead(index.contents) : index.contents
  const isSame =
    attributes.written === before.written &&
    attributes.readLocked === before.readLocked &&
    attributes.writeLocked === before.writeLocked &&
    contents === index.contents
  return isSame ? index : { ...index, nvPublic: { ...index.nvPublic, attributes }, contents }
}

function startedAttributes(attributes: TPMA_NV, isReset: boolean): TPMA_NV {
  const { nt, written, clearStClear, orderly, writeLocked, writeDefine } = attributes
  const isForgotten = nt !== NT.counter && (clearStClear || (orderly && isReset))
  const stays = written && !isForgotten
  return { ...attributes, readLocked: false, written: stays, writeLocked: writeLocked && writeDefine && stays }
}

const isOrderlyCounter = ({ nt, orderly }: TPMA_NV): boolean => nt === NT.counter && orderly

/** Part 1, 37.4.3: values that were shown and lost with the power are never shown again. */
const ahead = (contents: Uint8Array): Uint8Array => new Writer().u64(new Reader(contents).u64() | orderlyCount).done()
