import { capPcr } from '../../core/evidence/index.ts'
import { TpmClient, type Transport } from '../../core/tpm/index.ts'
import { cap, emulatedTpmHost, withForeignTpm, type TpmHost } from '../attest/index.ts'
import {
  describedBoot,
  loggedByFirmware,
  measuredHere,
  recordedBoot,
  type Measuring,
  type TpmAddress,
} from '../boot/index.ts'
import { tell } from '../command/index.ts'
import { FolderInUse } from '../config/index.ts'
import { Ended, untilEnded } from './until-ended.ts'

/** What a command line says of the start: one of `boot`, `replay` and `tpm`. */
export interface StartOptions {
  readonly boot?: string
  readonly replay?: string
  readonly tpm?: TpmAddress
  readonly eventLog?: string
  readonly userspaceLog?: string
}

/** The machine's TPM, and how the boot gets into it. */
export interface StartSource {
  readonly tpms: TpmHost
  readonly measure: Measuring
}

/** Works with the TPM that measures the start: the agent's own, or one that the firmware has measured into. */
export async function withStartSource<Result>(
  options: StartOptions,
  work: (source: StartSource) => Promise<Result>,
): Promise<Result> {
  const { boot = '', replay, tpm } = options
  if (tpm !== undefined) return await withMeasuredTpm(tpm, (tpms) => work({ tpms, measure: loggedByFirmware(options) }))
  const plan = replay === undefined ? await describedBoot(boot) : await recordedBoot(replay)
  return await work({ tpms: emulatedTpmHost, measure: measuredHere(plan) })
}

/**
 * Whatever goes wrong, and whoever ends the agent, what runs next in this boot, a prompt for a passphrase included, finds the
 * TPM capped. Where another agent is at work, that is its affair.
 */
async function withMeasuredTpm<Result>(address: TpmAddress, work: (tpms: TpmHost) => Promise<Result>): Promise<Result> {
  return await withForeignTpm(address, async (tpms, transport) => {
    try {
      return await untilEnded(() => work(tpms))
    } catch (error) {
      if (!(error instanceof FolderInUse)) await capOrSay(transport)
      if (error instanceof Ended) error.carryOut()
      throw error
    }
  })
}

async function capOrSay(transport: Transport): Promise<void> {
  try {
    await cap(new TpmClient(transport), capPcr)
  } catch (error) {
    tell(`the TPM is not capped: ${error instanceof Error ? error.message : String(error)}`)
  }
}
