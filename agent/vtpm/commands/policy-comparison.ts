import {
  counterTimerStep,
  encode,
  nvNameOf,
  nvStep,
  PolicyCounterTimer,
  PolicyNV,
  RC,
  TPMS_TIME_INFO,
} from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { timeInfo } from '../state/time-info.ts'
import { holds } from './compare-operands.ts'
import { refusesRead } from './nv-access.ts'
import { contentsOf } from './nv-contents.ts'
import { assert } from './policy-assertion.ts'

/**
 * Part 3, 23.9.
 * @throws what refuses to read the index; VALUE if the offset, SIZE if operandB lies outside; POLICY if the comparison fails.
 */
const policyNv = implement(PolicyNV, (_tpm, { handles, parameters: { operandB, offset, operation }, fail }) => {
  const { policySession, nvIndex } = handles
  if (policySession.type !== 'trial') {
    const refusal = refusesRead(handles)
    if (refusal !== undefined) fail(refusal)
    const { dataSize } = nvIndex.nvPublic
    if (offset > dataSize) fail(RC.value, 'offset')
    if (operandB.length > dataSize - offset) fail(RC.size, 'operandB')
    if (!holds(operation, contentsOf(nvIndex).subarray(offset, offset + operandB.length), operandB)) fail(RC.policy)
  }
  assert(policySession, nvStep(nvNameOf(nvIndex.nvPublic), operandB, offset, operation))
  return {}
})

/**
 * Part 3, 23.10: compares a part of TPMS_TIME_INFO as it is now.
 * @throws VALUE if the offset, RANGE if the end of operandB lies outside; POLICY if the comparison fails.
 */
const policyCounterTimer = implement(PolicyCounterTimer, (tpm, { handles: { policySession }, parameters, fail }) => {
  const { operandB, offset, operation } = parameters
  const now = encode(TPMS_TIME_INFO, timeInfo(tpm))
  if (offset > now.length) fail(RC.value, 'offset')
  if (operandB.length > now.length - offset) fail(RC.range)
  const compared = now.subarray(offset, offset + operandB.length)
  if (policySession.type !== 'trial' && !holds(operation, compared, operandB)) fail(RC.policy)
  assert(policySession, counterTimerStep(operandB, offset, operation))
  return {}
})

export const policyComparisons = [policyNv, policyCounterTimer]
