import { digestSize, GetRandom, StirRandom } from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { contextHash } from '../state/tpm-state.ts'

const largest = digestSize(contextHash)

/** Part 3, 16.1: never more than the largest digest. */
const getRandom = implement(GetRandom, (tpm, { parameters }) => ({
  randomBytes: tpm.nonces.draw(Math.min(parameters.bytesRequested, largest)),
}))

/** Part 3, 16.2: accepted without effect, because the operating system's generator takes nothing from a guest. */
const stirRandom = implement(StirRandom, () => ({}))

export const randomCommands = [getRandom, stirRandom]
