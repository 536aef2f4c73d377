import { PP_Commands, SetAlgorithmSet } from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'

/** Part 3, 26.2: never runs, because it needs physical presence and nobody stands beside an emulated TPM. */
const ppCommands = implement(PP_Commands, () => ({}))

/** Part 3, 26.3: remembered and reported; this TPM has but one set. */
const setAlgorithmSet = implement(SetAlgorithmSet, (tpm, { parameters: { algorithmSet } }) => {
  tpm.persist({ algorithmSet })
  return {}
})

export const miscellaneousManagementCommands = [ppCommands, setAlgorithmSet]
