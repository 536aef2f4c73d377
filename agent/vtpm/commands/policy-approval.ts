import { equalInConstantTime, Reader, WireError } from '../../../core/bytes/index.ts'
import {
  authorizeNvStep,
  authorizeStep,
  digest,
  digestSize,
  hashAlgorithms,
  nvNameOf,
  PolicyAuthorize,
  PolicyAuthorizeNV,
  RC,
  responseCodeOf,
  RH,
  TPMT_HA,
} from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { refusesRead } from './nv-access.ts'
import { contentsOf } from './nv-contents.ts'
import { verifiedTicket } from './hash-tickets.ts'
import { assert } from './policy-assertion.ts'

const algorithmBytes = 2

/**
 * Part 3, 23.16: the key of keySign approved the policy so far, as VerifySignature saw.
 * @throws HASH or SIZE if keySign is no Name; VALUE if the policy so far is another one, or the ticket does not prove it.
 */
const policyAuthorize = implement(PolicyAuthorize, (tpm, { handles: { policySession }, parameters, fail }) => {
  const { approvedPolicy, policyRef, keySign, checkTicket } = parameters
  const hash = hashAlgorithmOf(keySign) ?? fail(RC.hash, 'keySign')
  if (keySign.length !== algorithmBytes + digestSize(hash)) fail(RC.size, 'keySign')
  if (policySession.type !== 'trial') {
    if (!equalInConstantTime(approvedPolicy, policySession.policy.digest)) fail(RC.value, 'approvedPolicy')
    const expected = verifiedTicket(tpm, checkTicket.hierarchy, digest(hash, approvedPolicy, policyRef), keySign)
    // The null hierarchy has a proof too, but its tickets are empty: they must not pass for one
    const isProven = checkTicket.hierarchy !== RH.null && equalInConstantTime(expected.digest, checkTicket.digest)
    if (!isProven) fail(RC.value, 'checkTicket')
  }
  assert(policySession, authorizeStep(keySign, policyRef))
  return {}
})

function hashAlgorithmOf(name: Uint8Array): number | undefined {
  if (name.length < algorithmBytes) return undefined
  const id = new Reader(name).u16()
  return hashAlgorithms.find((row) => row.id === id)?.id
}

/**
 * Part 3, 23.22: the index holds the policy so far, as a TPMT_HA.
 * @throws what refuses to read the index or to parse its contents; HASH, VALUE if it holds another policy.
 */
const policyAuthorizeNv = implement(PolicyAuthorizeNV, (_tpm, { handles, fail }) => {
  const { nvIndex, policySession } = handles
  if (policySession.type !== 'trial') {
    const refusal = refusesRead(handles)
    if (refusal !== undefined) fail(refusal)
    const approved = readPolicy(contentsOf(nvIndex))
    if (typeof approved === 'number') return fail(approved)
    if (approved.hashAlg !== policySession.hash) fail(RC.hash)
    if (!equalInConstantTime(approved.digest, policySession.policy.digest)) fail(RC.value)
  }
  assert(policySession, authorizeNvStep(nvNameOf(nvIndex.nvPublic)))
  return {}
})

/** What stands behind the digest does not count. */
function readPolicy(contents: Uint8Array): TPMT_HA | number {
  try {
    return TPMT_HA.read(new Reader(contents))
  } catch (error) {
    if (error instanceof WireError) return responseCodeOf(error)
    throw error
  }
}

export const policyApprovals = [policyAuthorize, policyAuthorizeNv]
