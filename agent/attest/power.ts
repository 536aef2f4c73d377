import { RC, Shutdown, Startup, SU, TpmResponseError, type TpmClient } from '../../core/tpm/index.ts'

/** TPM2_Startup(CLEAR) of a TPM that was just given power; nothing happens to one that firmware has started. */
export async function startUp(tpm: TpmClient): Promise<void> {
  try {
    await tpm.run(Startup, {}, { startupType: SU.clear })
  } catch (error) {
    if (!(error instanceof TpmResponseError && error.is(RC.initialize))) throw error
  }
}

/** TPM2_Shutdown(CLEAR): an orderly end, so that neither the clock nor the lockout counter suffers. */
export async function shutDown(tpm: TpmClient): Promise<void> {
  await tpm.run(Shutdown, {}, { shutdownType: SU.clear })
}
