import { GetTestResult, IncrementalSelfTest, RC, SelfTest } from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'

/** Part 3, 10.2: OpenSSL tests itself when it is loaded. */
const selfTest = implement(SelfTest, () => ({}))

/** Part 3, 10.3: nothing is left to test. */
const incrementalSelfTest = implement(IncrementalSelfTest, () => ({ toDoList: [] }))

/** Part 3, 10.4. */
const getTestResult = implement(GetTestResult, () => ({ outData: new Uint8Array(0), testResult: RC.success }))

export const testingCommands = [selfTest, incrementalSelfTest, getTestResult]
