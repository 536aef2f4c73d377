import { ALG, kdfa, type Random } from '../../../core/tpm/index.ts'

const blockBytes = 64

/**
 * Bytes that depend on a seed, a label and two contexts only, as many as one asks for: what a primary key is made of, so
 * that the same seed and template give the same key (Part 1, 14.3.2).
 */
export function seededBytes(seed: Uint8Array, label: string, contextU: Uint8Array, contextV: Uint8Array): Random {
  let block = new Uint8Array(0)
  let used = 0
  let counter = 0
  const next = (): void => {
    counter += 1
    const numbered = new Uint8Array(contextV.length + 4)
    numbered.set(contextV)
    new DataView(numbered.buffer).setUint32(contextV.length, counter)
    block = new Uint8Array(kdfa(ALG.sha512, seed, label, contextU, numbered, 8 * blockBytes))
    used = 0
  }
  return (size) => {
    const out = new Uint8Array(size)
    for (let at = 0; at < size;) {
      if (used === block.length) next()
      const piece = block.subarray(used, used + size - at)
      out.set(piece, at)
      at += piece.length
      used += piece.length
    }
    return out
  }
}
