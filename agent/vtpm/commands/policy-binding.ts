import { equalInConstantTime } from '../../../core/bytes/index.ts'
import {
  CC,
  cpHashStep,
  digest,
  digestSize,
  duplicationSelectStep,
  nameHashStep,
  PolicyCpHash,
  PolicyDuplicationSelect,
  PolicyNameHash,
  PolicyTemplate,
  RC,
  templateStep,
} from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import type { CommandBinding, Session } from '../state/session.ts'
import { assert } from './policy-assertion.ts'

/** Whether a session may be bound to this: it is not bound yet, or to the same. */
export function mayBind({ policy }: Session, binding: CommandBinding): boolean {
  if (policy.binding === undefined) return true
  return policy.binding.of === binding.of && equalInConstantTime(policy.binding.digest, binding.digest)
}

/**
 * Part 3, 23.13.
 * @throws SIZE if cpHashA is no digest of the session's hash; CPHASH if the session is bound otherwise.
 */
const policyCpHash = implement(PolicyCpHash, (_tpm, { handles: { policySession }, parameters, fail }) => {
  const { cpHashA } = parameters
  const binding = { of: 'cpHash', digest: cpHashA } as const
  if (cpHashA.length !== digestSize(policySession.hash)) fail(RC.size, 'cpHashA')
  if (!mayBind(policySession, binding)) fail(RC.cpHash)
  assert(policySession, cpHashStep(cpHashA), { binding })
  return {}
})

/**
 * Part 3, 23.14.
 * @throws SIZE if nameHash is no digest of the session's hash; CPHASH if the session is bound already.
 */
const policyNameHash = implement(PolicyNameHash, (_tpm, { handles: { policySession }, parameters, fail }) => {
  const { nameHash } = parameters
  if (nameHash.length !== digestSize(policySession.hash)) fail(RC.size, 'nameHash')
  if (policySession.policy.binding !== undefined) fail(RC.cpHash)
  assert(policySession, nameHashStep(nameHash), { binding: { of: 'nameHash', digest: nameHash } })
  return {}
})

/**
 * Part 3, 23.15: the names of the object and its new parent are what Duplicate is called with.
 * @throws CPHASH if the session is bound already; COMMAND_CODE if it is for a command already.
 */
const policyDuplicationSelect = implement(
  PolicyDuplicationSelect,
  (_tpm, { handles: { policySession }, parameters, fail }) => {
    const { objectName, newParentName, includeObject } = parameters
    if (policySession.policy.binding !== undefined) fail(RC.cpHash)
    if (policySession.policy.commandCode !== undefined) fail(RC.commandCode)
    const step = duplicationSelectStep(includeObject === 1 ? objectName : undefined, newParentName)
    assert(policySession, step, {
      binding: { of: 'nameHash', digest: digest(policySession.hash, objectName, newParentName) },
      commandCode: CC.Duplicate,
    })
    return {}
  },
)

/**
 * Part 3, 23.21.
 * @throws CPHASH if the session is bound otherwise, VALUE to another template; SIZE if templateHash is no digest of the session's hash.
 */
const policyTemplate = implement(PolicyTemplate, (_tpm, { handles: { policySession }, parameters, fail }) => {
  const { templateHash } = parameters
  const binding = { of: 'templateHash', digest: templateHash } as const
  const before = policySession.policy.binding
  if (before !== undefined && before.of !== binding.of) fail(RC.cpHash)
  if (!mayBind(policySession, binding)) fail(RC.value, 'templateHash')
  if (templateHash.length !== digestSize(policySession.hash)) fail(RC.size, 'templateHash')
  assert(policySession, templateStep(templateHash), { binding })
  return {}
})

export const policyBindings = [policyCpHash, policyNameHash, policyDuplicationSelect, policyTemplate]
