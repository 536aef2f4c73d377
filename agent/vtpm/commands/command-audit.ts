import { ALG, RC, SetCommandCodeAuditStatus } from '../../../core/tpm/index.ts'
import { implement, type Implemented } from '../implement.ts'
import { mayBeAudited, mayStopAuditing } from '../state/command-audit.ts'

/**
 * Part 3, 21.2: changes the hash of the audit or what is audited; codes of commands that are not there have no effect.
 * @throws VALUE if both are to change at once.
 */
const setCommandCodeAuditStatus = (table: () => ReadonlyMap<number, Implemented>) =>
  implement(SetCommandCodeAuditStatus, (tpm, { parameters: { auditAlg, setList, clearList }, fail }) => {
    if (auditAlg !== ALG.null && auditAlg !== tpm.persistent.auditAlg) {
      if (setList.length > 0 || clearList.length > 0) fail(RC.value, 'auditAlg')
      tpm.persist({ auditAlg })
      tpm.reset = { ...tpm.reset, commandAuditDigest: undefined }
      return {}
    }
    const audited = new Set(tpm.persistent.auditedCommands)
    for (const code of setList) if (table().has(code) && mayBeAudited(code)) audited.add(code)
    for (const code of clearList) if (mayStopAuditing(code)) audited.delete(code)
    tpm.persist({ auditedCommands: [...audited].sort((a, b) => a - b) })
    return {}
  })

export const commandAuditCommands = (table: () => ReadonlyMap<number, Implemented>): readonly Implemented[] => [
  setCommandCodeAuditStatus(table),
]
