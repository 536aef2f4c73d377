import { command } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { SU } from '../constants/tags.ts'
import { RC } from '../constants/response-codes.ts'
import { oneOf, u16 } from '../codec.ts'

const TPM_SU = oneOf('TPM_SU', u16, [SU.clear, SU.state], RC.value)

/** Part 3, 9.3. */
export const Startup = command('Startup', CC.Startup, {
  parameters: { startupType: TPM_SU },
  attributes: { nv: true, noSessions: true },
})
/** Part 3, 9.4. */
export const Shutdown = command('Shutdown', CC.Shutdown, {
  parameters: { shutdownType: TPM_SU },
  attributes: { nv: true },
})
