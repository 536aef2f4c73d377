import { list, u16, u32 } from '../codec.ts'
import { command } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { TPM2B_MAX_BUFFER, TPMI_YES_NO } from '../structures/index.ts'

const TPML_ALG = list('TPML_ALG', u16, 64)

/** Part 3, 10.2. */
export const SelfTest = command('SelfTest', CC.SelfTest, {
  parameters: { fullTest: TPMI_YES_NO },
  attributes: { nv: true, long: true },
})
/** Part 3, 10.3. */
export const IncrementalSelfTest = command('IncrementalSelfTest', CC.IncrementalSelfTest, {
  parameters: { toTest: TPML_ALG },
  returns: { toDoList: TPML_ALG },
  attributes: { nv: true },
})
/** Part 3, 10.4. */
export const GetTestResult = command('GetTestResult', CC.GetTestResult, {
  returns: { outData: TPM2B_MAX_BUFFER, testResult: u32 },
})
