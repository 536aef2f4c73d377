import { CC, digest, digestSize, responseParameterHash } from '../../../core/tpm/index.ts'
import { Writer } from '../../../core/bytes/index.ts'
import type { TpmState } from './tpm-state.ts'

/** A command that succeeded, as its parameters went over the wire. */
interface Executed {
  readonly code: number
  readonly cpHash: (hash: number) => Uint8Array
  readonly responseParameters: Uint8Array
}

/** The command that changes what is audited always is; Shutdown never (Part 3, 21.2.1). */
export const mayStopAuditing = (code: number): boolean => code !== CC.SetCommandCodeAuditStatus
export const mayBeAudited = (code: number): boolean => code !== CC.Shutdown

/** Part 1, 34: extends the audit digest by a command on the list; the counter tells how often it began anew. */
export function auditCommand(tpm: TpmState, { code, cpHash, responseParameters }: Executed): void {
  const { auditedCommands, auditAlg, auditCounter } = tpm.persistent
  if (!auditedCommands.includes(code)) return
  const before = tpm.reset.commandAuditDigest
  if (before === undefined) {
    beginAnew(tpm)
    return
  }
  if (before.length === 0) tpm.persist({ auditCounter: auditCounter + 1n })
  const start = before.length === 0 ? new Uint8Array(digestSize(auditAlg)) : before
  const rpHash = responseParameterHash(auditAlg, code, responseParameters)
  tpm.reset = { ...tpm.reset, commandAuditDigest: digest(auditAlg, start, cpHash(auditAlg), rpHash) }
}

/** The audit so far was shown: its digest begins anew. */
export function beginAnew(tpm: TpmState): void {
  tpm.reset = { ...tpm.reset, commandAuditDigest: new Uint8Array(0) }
}

/** Which commands are audited (Part 2, 10.12.5). */
export function auditedCommandsDigest(tpm: TpmState): Uint8Array {
  const codes = new Writer()
  for (const code of tpm.persistent.auditedCommands) codes.u32(code)
  return digest(tpm.persistent.auditAlg, codes.done())
}
