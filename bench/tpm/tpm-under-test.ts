import { randomBytes } from 'node:crypto'
import {
  ALG,
  Create,
  CreatePrimary,
  FlushContext,
  Load,
  named,
  passwordSession,
  RH,
  srkTemplate,
  Startup,
  startSession,
  SU,
  TpmClient,
  type AuthSession,
  type Authorized,
  type Named,
  type Response,
  type TPMT_PUBLIC,
} from '../../core/tpm/index.ts'
import { TimedTransport } from './timed-transport.ts'

export const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const empty = new Uint8Array(0)

/** A public area with the private area that its parent wrapped. */
export type Created = Response<typeof Create>
/** A loaded key, used by its empty password. */
export interface Key extends Authorized {
  readonly publicArea: TPMT_PUBLIC
}

/** A started TPM and what a client does with it all the time. */
export class TpmUnderTest {
  readonly transport: TimedTransport
  readonly client: TpmClient

  private constructor(transport: TimedTransport) {
    this.transport = transport
    this.client = new TpmClient(transport)
  }

  static async at(port: number): Promise<TpmUnderTest> {
    const tpm = new TpmUnderTest(await TimedTransport.to(port))
    await tpm.client.run(Startup, {}, { startupType: SU.clear })
    return tpm
  }

  close(): void {
    this.transport.close()
  }

  async primary(inPublic: TPMT_PUBLIC = srkTemplate, hierarchy: number = RH.owner): Promise<Key> {
    const made = await this.client.run(
      CreatePrimary,
      { primaryHandle: withPassword(hierarchy) },
      { inSensitive: { userAuth: empty, data: empty }, inPublic, outsideInfo: empty, creationPCR: [] },
    )
    return { handle: made.handle, name: made.name, auth: passwordSession(), publicArea: made.outPublic }
  }

  create(parentHandle: Key, inPublic: TPMT_PUBLIC, data: Uint8Array = empty): Promise<Created> {
    const inSensitive = { userAuth: empty, data }
    return this.client.run(Create, { parentHandle }, { inSensitive, inPublic, outsideInfo: empty, creationPCR: [] })
  }

  async load(parentHandle: Key, { outPrivate, outPublic }: Created): Promise<Key> {
    const { handle, name } = await this.client.run(
      Load,
      { parentHandle },
      { inPrivate: outPrivate, inPublic: outPublic },
    )
    return { handle, name, auth: passwordSession(), publicArea: outPublic }
  }

  /** A key made under a parent and loaded. */
  async child(parent: Key, template: TPMT_PUBLIC, data: Uint8Array = empty): Promise<Key> {
    return this.load(parent, await this.create(parent, template, data))
  }

  async flush(...handles: readonly { readonly handle: number }[]): Promise<void> {
    for (const { handle } of handles) await this.client.run(FlushContext, {}, { flushHandle: handle })
  }

  policySession(): Promise<AuthSession> {
    return startSession(this.client, { type: 'policy', random, hash: ALG.sha256 })
  }
}

export const withPassword = (handle: number): Authorized => ({ ...named(handle), auth: passwordSession() })

/** A key where a command takes it without authorization. */
export const bare = ({ handle, name }: Key): Named => ({ handle, name })
