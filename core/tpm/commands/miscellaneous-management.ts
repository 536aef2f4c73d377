import { u32 } from '../codec.ts'
import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { TPMI_RH_PLATFORM } from '../handle-types.ts'
import { TPML_CC } from '../structures/index.ts'

/** Part 3, 26.2. */
export const PP_Commands = command('PP_Commands', CC.PP_Commands, {
  handles: { auth: handle(TPMI_RH_PLATFORM, 'user') },
  parameters: { setList: TPML_CC, clearList: TPML_CC },
  attributes: { nv: true },
})
/** Part 3, 26.3. */
export const SetAlgorithmSet = command('SetAlgorithmSet', CC.SetAlgorithmSet, {
  handles: { authHandle: handle(TPMI_RH_PLATFORM, 'user') },
  parameters: { algorithmSet: u32 },
  attributes: { nv: true },
})
