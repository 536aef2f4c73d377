import {
  CAP,
  GetCapability,
  named,
  NV_Read,
  NV_ReadPublic,
  passwordSession,
  ReadPublic,
  RH,
  type TpmClient,
} from '../../../core/tpm/index.ts'

/** What somebody put into a TPM, without what is random in it. */
export interface Inventory {
  readonly keys: Readonly<Record<string, unknown>>
  readonly indices: Readonly<Record<string, unknown>>
  readonly pcrBanks: unknown
}

const [firstPersistent, firstIndex] = [0x81000000, 0x01000000]
const owner = { ...named(RH.owner), auth: passwordSession() }
const hex = (handle: number): string => handle.toString(16)

/** Reads it from a TPM that was started up. */
export async function inventory(client: TpmClient): Promise<Inventory> {
  const keys: Record<string, unknown> = {}
  for (const handle of await handlesFrom(client, firstPersistent)) {
    const { outPublic } = await client.run(ReadPublic, { objectHandle: named(handle) }, {})
    keys[hex(handle)] = { ...outPublic, unique: undefined }
  }
  const indices: Record<string, unknown> = {}
  for (const handle of await handlesFrom(client, firstIndex)) {
    const { nvPublic, nvName } = await client.run(NV_ReadPublic, { nvIndex: named(handle) }, {})
    const read = { size: nvPublic.dataSize, offset: 0 }
    const { data } = await client.run(NV_Read, { authHandle: owner, nvIndex: { handle, name: nvName } }, read)
    indices[hex(handle)] = { ...nvPublic, data }
  }
  const { capabilityData } = await client.run(
    GetCapability,
    {},
    { capability: CAP.pcrs, property: 0, propertyCount: 8 },
  )
  return { keys, indices, pcrBanks: capabilityData.data }
}

async function handlesFrom(client: TpmClient, property: number): Promise<readonly number[]> {
  const asked = { capability: CAP.handles, property, propertyCount: 64 }
  const { capabilityData } = await client.run(GetCapability, {}, asked)
  return capabilityData.data as readonly number[]
}
