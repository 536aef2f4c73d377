import { u32 } from '../codec.ts'
import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import {
  TPMI_DH_CONTEXT,
  TPMI_DH_CONTEXT_HANDLE,
  TPMI_DH_OBJECT,
  TPMI_DH_PERSISTENT,
  TPMI_RH_PROVISION,
} from '../handle-types.ts'
import { TPMS_CONTEXT } from '../structures/index.ts'

/** Part 3, 28.2. */
export const ContextSave = command('ContextSave', CC.ContextSave, {
  handles: { saveHandle: handle(TPMI_DH_CONTEXT_HANDLE) },
  returns: { context: TPMS_CONTEXT },
  attributes: { noSessions: true },
})
/** Part 3, 28.3. */
export const ContextLoad = command('ContextLoad', CC.ContextLoad, {
  parameters: { context: TPMS_CONTEXT },
  returnsHandle: u32,
  attributes: { noSessions: true },
})
/** Part 3, 28.4. */
export const FlushContext = command('FlushContext', CC.FlushContext, {
  parameters: { flushHandle: TPMI_DH_CONTEXT },
  attributes: { noSessions: true },
})
/** Part 3, 28.5. */
export const EvictControl = command('EvictControl', CC.EvictControl, {
  handles: { auth: handle(TPMI_RH_PROVISION, 'user'), objectHandle: handle(TPMI_DH_OBJECT) },
  parameters: { persistentHandle: TPMI_DH_PERSISTENT },
  attributes: { nv: true },
})
