import { Reader, Writer } from '../../core/bytes/index.ts'
import { CC, RC, ST, SU } from '../../core/tpm/index.ts'
import { type SerialTpm } from './serial-tpm.ts'

const startupBytes = 12
const responseCodeOffset = 6
const startupType = { clear: SU.clear, state: SU.state } as const

/** What TPM2_Startup begins with (Part 3, 9.3): nothing, or what TPM2_Shutdown(STATE) kept. */
export type StartupType = keyof typeof startupType
export const startupTypes = Object.keys(startupType) as readonly StartupType[]

/** TPM2_Startup before anybody is served, as firmware would send it; whether the TPM took it. */
export async function startUp(tpm: SerialTpm, type: StartupType): Promise<boolean> {
  const to = new Writer().u16(ST.noSessions).u32(startupBytes).u32(CC.Startup).u16(startupType[type])
  const from = new Reader(await tpm.execute(to.done(), 0))
  from.seek(responseCodeOffset)
  return from.u32() === RC.success
}
