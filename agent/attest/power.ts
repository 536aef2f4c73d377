import { Shutdown, Startup, SU, type TpmClient } from '../../core/tpm/index.ts'

/** TPM2_Startup(CLEAR) of a TPM that was just given power. */
export async function startUp(tpm: TpmClient): Promise<void> {
  await tpm.run(Startup, {}, { startupType: SU.clear })
}

/** TPM2_Shutdown(CLEAR): an orderly end, so that neither the clock nor the lockout counter suffers. */
export async function shutDown(tpm: TpmClient): Promise<void> {
  await tpm.run(Shutdown, {}, { shutdownType: SU.clear })
}
