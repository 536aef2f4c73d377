import {
  CreatePrimary,
  encode,
  FlushContext,
  named,
  nameOf,
  passwordSession,
  RH,
  TPMT_PUBLIC,
  type Named,
  type TpmClient,
} from '../../core/tpm/index.ts'

const empty = new Uint8Array(0)

/** A primary key of the endorsement hierarchy, loaded. */
export interface PrimaryKey extends Named {
  /** TPMT_PUBLIC, encoded. */
  readonly publicArea: Uint8Array
}

/** Makes the key that the seed and the template determine: the same at every boot (Part 1, 14.4). */
export async function createPrimary(
  client: TpmClient,
  template: TPMT_PUBLIC,
  userAuth: Uint8Array = empty,
): Promise<PrimaryKey> {
  const created = await client.run(
    CreatePrimary,
    { primaryHandle: { ...named(RH.endorsement), auth: passwordSession() } },
    { inSensitive: { userAuth, data: empty }, inPublic: template, outsideInfo: empty, creationPCR: [] },
  )
  return {
    handle: created.handle,
    name: nameOf(created.outPublic),
    publicArea: encode(TPMT_PUBLIC, created.outPublic),
  }
}

/** Takes a loaded key or a session out of the TPM. */
export async function flush(client: TpmClient, { handle }: { readonly handle: number }): Promise<void> {
  await client.run(FlushContext, {}, { flushHandle: handle })
}
