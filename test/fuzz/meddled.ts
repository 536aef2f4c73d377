import type { Choices } from './choices.ts'

const headerBytes = 10
/** Where more than the parameters begins to be chosen by the sender. */
const earlyBytes = 64

/** A command whose bytes are changed, cut off or drawn out; its header tells the new size, or a socket would wait for more. */
export function meddled(command: Uint8Array, choices: Choices): Uint8Array {
  let bytes = command.slice()
  const way = choices.below(4)
  if (way === 1) bytes = bytes.slice(0, Math.max(headerBytes, bytes.length - 1 - choices.below(16)))
  if (way === 2) bytes = new Uint8Array([...bytes, ...choices.bytes(1 + choices.below(4))])
  if (way === 0 || way === 3) {
    const reach = Math.min(bytes.length, earlyBytes)
    for (let changes = 0; changes <= way; changes++) {
      const at = way === 0 ? headerBytes + choices.below(Math.max(1, reach - headerBytes)) : choices.below(reach)
      if (at < bytes.length) bytes[at] = choices.pick([0, 1, 0x7f, 0x80, 0xff, 0x10, 0x40, choices.below(256)])
    }
  }
  new DataView(bytes.buffer).setUint32(2, bytes.length)
  return bytes
}
