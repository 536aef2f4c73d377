import { buffer, u16 } from '../codec.ts'
import { command } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { TPM2B_DIGEST } from '../structures/index.ts'

/** Part 3, 16.1. */
export const GetRandom = command('GetRandom', CC.GetRandom, {
  parameters: { bytesRequested: u16 },
  returns: { randomBytes: TPM2B_DIGEST },
})
/** Part 3, 16.2. */
export const StirRandom = command('StirRandom', CC.StirRandom, {
  parameters: { inData: buffer('TPM2B_SENSITIVE_DATA', 128) },
  attributes: { nv: true },
})
