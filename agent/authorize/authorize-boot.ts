import { TpmClient } from '../../core/tpm/index.ts'
import { capPcr, type WantedVolume } from '../../core/evidence/index.ts'
import { cap, shutDown, startUp, writeEkCertificates, type PoweredTpm } from '../attest/index.ts'
import type { Measuring } from '../boot/index.ts'
import { certificatesOf } from '../gate/index.ts'
import { askForKeys, type Released } from './ask-for-keys.ts'
import { askToStart, type Admitted, type SettledForUs } from './ask-to-start.ts'
import type { BootTools } from './boot-tools.ts'

/** How what the machine starts is measured, and which volumes it wants to open for it. */
export interface WantedBoot {
  readonly measure: Measuring
  readonly volumes: readonly WantedVolume[]
  /** What the machine says was measured where its log has digests only, as the command line. */
  readonly untrustedTexts?: readonly string[]
}

export type AuthorizedBoot = ({ readonly kind: 'released' } & Released) | SettledForUs

/**
 * One boot, through both gates. Whatever gate 2 answers, the TPM is capped when this ends; one of ours has no power any more.
 * @throws GateError if a gate stays shut; MeasureError, BootFileError, TpmResponseError.
 */
export async function authorizeBoot(tools: BootTools, wanted: WantedBoot): Promise<AuthorizedBoot> {
  const admission = await askToStart(tools)
  if (admission.kind === 'rekey') return admission

  const tpm = await openTpm(tools, admission)
  try {
    await takeInEkCertificates(tools, tpm)
    return { kind: 'released', ...(await measuredRelease(tools, tpm, admission, wanted)) }
  } finally {
    await tpm.close()
  }
}

/** The state is under its next key before the TPM has power, and only then is the token of this start the only one. */
async function openTpm({ machine, tpms }: BootTools, { current, next, token }: Admitted): Promise<PoweredTpm> {
  try {
    const tpm = await tpms.open(machine.statePath, [current, next], next)
    token.confirm()
    return tpm
  } finally {
    current.key.fill(0)
    next.key.fill(0)
  }
}

/** An enrolment that was taken up after a crash could not write them: it had no key to the TPM. */
async function takeInEkCertificates({ machine, tpms }: BootTools, powered: PoweredTpm): Promise<void> {
  const waiting = machine.waitingEkCertificates()
  if (waiting === undefined || tpms.isForeign === true) return
  const tpm = new TpmClient(powered.transport)
  await startUp(tpm)
  await writeEkCertificates(tpm, certificatesOf(waiting))
  machine.forgetEkCertificates()
  await shutDown(tpm)
  await powered.reset()
}

async function measuredRelease(
  tools: BootTools,
  powered: PoweredTpm,
  { bootId, next }: Admitted,
  { measure, volumes, untrustedTexts = [] }: WantedBoot,
): Promise<Released> {
  const tpm = new TpmClient(powered.transport)
  const logs = await measure(powered)
  let isCapped = false
  const capOnce = async (): Promise<void> => {
    if (!isCapped) await cap(tpm, capPcr)
    isCapped = true
  }
  const stateGeneration = next.generation
  try {
    return await askForKeys(tools, tpm, { bootId, stateGeneration, ...logs, untrustedTexts, volumes, capOnce })
  } finally {
    await capOnce()
  }
}
