import {
  ALG,
  ekTemplates,
  named,
  NV_DefineSpace,
  NV_ReadPublic,
  NV_UndefineSpace,
  NV_Write,
  passwordSession,
  RC,
  RH,
  TPMA_NV,
  TpmResponseError,
  type TpmClient,
} from '../../core/tpm/index.ts'

const empty = new Uint8Array(0)
/** TPM_PT_NV_BUFFER_MAX of every PC Client TPM is at least this. */
const nvChunkBytes = 512

/** As swtpm_setup and manufacturers have them: written by the platform only, read by everybody. */
const attributes = TPMA_NV.of('ppWrite', 'ppRead', 'ownerRead', 'authRead', 'noDA', 'platformCreate')

/**
 * Writes EK certificates to the NV indices where every TPM client looks for them (TCG EK Credential Profile, 2.2.1.4), over
 * those of an earlier enrolment. In the order of ekTemplates.
 */
export async function writeEkCertificates(client: TpmClient, certificates: readonly Uint8Array[]): Promise<void> {
  for (const [index, { certificateNvIndex }] of ekTemplates.entries()) {
    const certificate = certificates[index]
    if (certificate !== undefined) await writePlatformIndex(client, certificateNvIndex, certificate)
  }
}

/**
 * Writes an NV index that everybody reads and the platform alone writes, in place of one that is there; returns its Name.
 * One that may be locked stays as it is, once it is.
 */
export async function writePlatformIndex(
  client: TpmClient,
  nvIndex: number,
  content: Uint8Array,
  { mayBeLocked = false } = {},
): Promise<Uint8Array> {
  const platform = { ...named(RH.platform), auth: passwordSession() }
  const former = await nameOfIndex(client, nvIndex)
  if (former !== undefined) {
    await client.run(NV_UndefineSpace, { authHandle: platform, nvIndex: { handle: nvIndex, name: former } }, {})
  }
  const nameAlg = ALG.sha256
  const publicInfo = {
    nvIndex,
    nameAlg,
    attributes: { ...attributes, writeDefine: mayBeLocked },
    authPolicy: empty,
    dataSize: content.length,
  }
  await client.run(NV_DefineSpace, { authHandle: platform }, { auth: empty, publicInfo })
  for (let offset = 0; offset < content.length; offset += nvChunkBytes) {
    const name = await definedName(client, nvIndex)
    const data = content.slice(offset, offset + nvChunkBytes)
    await client.run(NV_Write, { authHandle: platform, nvIndex: { handle: nvIndex, name } }, { data, offset })
  }
  return definedName(client, nvIndex)
}

async function definedName(client: TpmClient, nvIndex: number): Promise<Uint8Array> {
  const name = await nameOfIndex(client, nvIndex)
  if (name === undefined) throw new TypeError('an index that was just defined')
  return name
}

async function nameOfIndex(client: TpmClient, nvIndex: number): Promise<Uint8Array | undefined> {
  try {
    return (await client.run(NV_ReadPublic, { nvIndex: named(nvIndex) }, {})).nvName
  } catch (error) {
    if (error instanceof TpmResponseError && error.is(RC.handle)) return undefined
    throw error
  }
}
