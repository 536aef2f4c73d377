import { GetTestResult, IncrementalSelfTest, RC, SelfTest } from '../../../core/tpm/index.ts'
import { afterwards, implement } from '../implement.ts'
import { selfTest as testAll } from '../self-test.ts'
import { algorithmProperties } from '../state/algorithm-properties.ts'
import { untestedAfter } from '../state/self-tests.ts'

/** Part 3, 10.2: what fails its test puts the TPM into failure mode. */
const selfTest = implement(SelfTest, (tpm, { parameters: { fullTest } }) => {
  const conclude = (): object => {
    tpm.untested = []
    return {}
  }
  return fullTest === 1 || tpm.untested.length > 0 ? afterwards(testAll(), conclude) : conclude()
})

/**
 * Part 3, 10.3.
 * @throws VALUE if this TPM has no such algorithm.
 */
const incrementalSelfTest = implement(IncrementalSelfTest, (tpm, { parameters: { toTest }, fail }) => {
  if (!toTest.every((alg) => algorithmProperties.some((row) => row.alg === alg))) fail(RC.value, 'toTest')
  tpm.untested = untestedAfter(tpm.untested, toTest)
  return { toDoList: tpm.untested }
})

/** Part 3, 10.4. */
const getTestResult = implement(GetTestResult, () => ({ outData: new Uint8Array(0), testResult: RC.success }))

export const testingCommands = [selfTest, incrementalSelfTest, getTestResult]
