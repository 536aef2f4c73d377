import { concat, equalInConstantTime, Reader } from '../../../core/bytes/index.ts'
import { type AuthRole, CC, digest, RC } from '../../../core/tpm/index.ts'
import { authPolicyOf } from '../state/authorization-of.ts'
import { type Entity, nameOfEntity } from '../state/entity.ts'
import { isLocalityAmong } from '../state/pcr-rules.ts'
import { type CommandBinding, hasExpired, type Session } from '../state/session.ts'
import type { TpmState } from '../state/tpm-state.ts'
import { TpmError } from '../tpm-error.ts'
import type { Addressed } from './address.ts'

/** The command that a policy is to authorize, before anything of it is decrypted. */
interface PolicyRequest extends Addressed {
  readonly parameters: Uint8Array
  readonly cpHash: (hash: number) => Uint8Array
}

/** Part 1, 19.7.7: what the policy asserted must hold for this very command. */
export function checkPolicy(
  tpm: TpmState,
  request: PolicyRequest,
  session: Session,
  entity: Entity,
  role: AuthRole,
): void {
  const { policy } = session
  const { code } = request.implemented.command
  if (code === CC.PolicySecret && !policy.passwordNeeded && !policy.authValueNeeded) throw new TpmError(RC.mode)
  if (policy.pcrCounter !== undefined && policy.pcrCounter !== tpm.pcrs.updateCounter) throw new TpmError(RC.pcrChanged)
  const wanted = authPolicyOf(tpm, entity)
  if (!equalInConstantTime(policy.digest, wanted.digest) || wanted.hash !== session.hash)
    throw new TpmError(RC.policyFail)
  if (policy.expiresAt !== undefined && hasExpired(tpm, session, policy.expiresAt)) throw new TpmError(RC.expired)
  if (policy.commandCode !== undefined && policy.commandCode !== code) throw new TpmError(RC.policyCC)
  if (policy.commandCode === undefined && role !== 'user') throw new TpmError(RC.policyFail)
  if (policy.locality !== undefined && !isLocalityAmong(request.locality, policy.locality))
    throw new TpmError(RC.locality)
  // Nobody stands beside an emulated TPM: physical presence is never asserted
  if (policy.physicalPresenceNeeded) throw new TpmError(RC.pp)
  if (policy.binding !== undefined && !isBoundTo(request, session.hash, policy.binding))
    throw new TpmError(RC.policyFail)
  if (policy.nvWritten !== undefined && !isWrittenAs(entity, policy.nvWritten)) throw new TpmError(RC.policyFail)
}

function isBoundTo(request: PolicyRequest, hash: number, binding: CommandBinding): boolean {
  const actual = bound[binding.of](request, hash)
  return actual !== undefined && equalInConstantTime(binding.digest, actual)
}

const bound: Readonly<Record<CommandBinding['of'], (request: PolicyRequest, hash: number) => Uint8Array | undefined>> =
  {
    cpHash: (request, hash) => request.cpHash(hash),
    nameHash: (request, hash) => digest(hash, concat(...request.entities.map(nameOfEntity))),
    templateHash: (request, hash) => {
      const template = templateOf(request)
      return template === undefined ? undefined : digest(hash, template)
    },
  }

const creations = new Set<number>([CC.Create, CC.CreatePrimary, CC.CreateLoaded])

/** The public area a command creates from: its second parameter, after the sensitive data. */
function templateOf({ implemented, parameters }: PolicyRequest): Uint8Array | undefined {
  if (!creations.has(implemented.command.code)) return undefined
  const from = new Reader(parameters)
  for (const isTemplate of [false, true]) {
    if (from.left < 2) return undefined
    const size = from.u16()
    if (size > from.left) return undefined
    const content = from.bytes(size)
    if (isTemplate) return content
  }
  return undefined
}

function isWrittenAs(entity: Entity, isWritten: boolean): boolean {
  return entity.kind === 'nvIndex' && entity.nvPublic.attributes.written === isWritten
}
