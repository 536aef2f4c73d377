import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { TPMI_RH_PROVISION } from '../handle-types.ts'
import { TPMI_ALG_HASH_NULL, TPML_CC } from '../structures/index.ts'

/** Part 3, 21.2. */
export const SetCommandCodeAuditStatus = command('SetCommandCodeAuditStatus', CC.SetCommandCodeAuditStatus, {
  handles: { auth: handle(TPMI_RH_PROVISION, 'user') },
  parameters: { auditAlg: TPMI_ALG_HASH_NULL, setList: TPML_CC, clearList: TPML_CC },
  attributes: { nv: true },
})
