import { GetTestResult, IncrementalSelfTest, RC, SelfTest } from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { algorithmProperties } from '../state/algorithm-properties.ts'
import { untestedAfter } from '../state/self-tests.ts'

/** Part 3, 10.2: OpenSSL tests itself when it is loaded; here is kept which tests were asked for. */
const selfTest = implement(SelfTest, (tpm) => {
  tpm.untested = []
  return {}
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
