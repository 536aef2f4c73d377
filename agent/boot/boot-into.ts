import { writeFile } from 'node:fs/promises'
import { BootDescriptionError, BootFileError } from '../../core/boot/index.ts'
import { toHex, WireError } from '../../core/bytes/index.ts'
import { digestAlgorithm, EventLogError, type PcrBanks } from '../../core/eventlog/index.ts'
import { TpmResponseError } from '../../core/tpm/index.ts'
import { TransportError } from '../channel/index.ts'
import { describeSystemError } from '../config/index.ts'
import { EndpointError } from '../sockets/index.ts'
import { type BootPlan, describedBoot, recordedBoot } from './boot-plan.ts'
import { MeasureError } from './measure-error.ts'
import { measureInto } from './measure.ts'
import { openTpm, parseTpmAddress } from './tpm-address.ts'

/** Which boot goes into which TPM. */
export interface BootRun {
  readonly description?: string
  readonly replay?: string
  readonly tpm: string
  readonly control?: string
  readonly logOut?: string
  readonly json?: true
}

/** Measures a boot into the TPM and prints what its PCRs hold then. */
export async function bootInto(run: BootRun, print: (text: string) => unknown): Promise<void> {
  const address = parseTpmAddress(run.tpm, run.control)
  const plan = await planOf(run)
  const { transport, atLocality } = await openTpm(address)
  try {
    const { log, pcrs } = await measureInto(transport, plan, atLocality)
    if (run.logOut !== undefined) await writeFile(run.logOut, log)
    print(run.json === true ? `${JSON.stringify({ pcrs: byName(pcrs) }, null, 2)}\n` : pcrText(pcrs))
  } finally {
    await transport.close()
  }
}

async function planOf({ description, replay }: BootRun): Promise<BootPlan> {
  if (description !== undefined) return describedBoot(description)
  if (replay !== undefined) return recordedBoot(replay)
  throw new TypeError('neither description nor log')
}

function byName(pcrs: PcrBanks): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return Object.fromEntries(
    [...pcrs].map(([id, bank]) => [
      digestAlgorithm(id)?.name ?? String(id),
      Object.fromEntries([...bank].map(([pcr, value]) => [String(pcr), toHex(value)])),
    ]),
  )
}

function pcrText(pcrs: PcrBanks): string {
  const lines = Object.entries(byName(pcrs)).flatMap(([name, bank]) => [
    name,
    ...Object.entries(bank).map(([pcr, value]) => `  ${pcr.padStart(2)}  ${value}`),
  ])
  return `${lines.join('\n')}\n`
}

/** What to tell of a failure that is not our mistake, and the exit code; undefined for one that is. */
export function describeBootFailure(
  error: unknown,
): { readonly message: string; readonly exitCode: number } | undefined {
  if (error instanceof EndpointError) return { message: error.message, exitCode: 2 }
  const expected = [
    BootDescriptionError,
    BootFileError,
    WireError,
    EventLogError,
    MeasureError,
    TpmResponseError,
    TransportError,
  ]
  const own = expected.some((kind) => error instanceof kind) ? (error as Error).message : undefined
  const message = own ?? describeSystemError(error)
  return message === undefined ? undefined : { message, exitCode: 1 }
}
