import { expect } from 'chai'
import { createHash, randomBytes } from 'node:crypto'
import {
  ALG,
  atHandle,
  atParameter,
  type Authorized,
  decode,
  FlushContext,
  GetSessionAuditDigest,
  GetTime,
  handleName,
  named,
  NV_Certify,
  NV_DefineSpace,
  NV_GlobalWriteLock,
  NV_ReadPublic,
  NV_UndefineSpace,
  NV_Write,
  passwordSession,
  RC,
  ReadClock,
  RH,
  ST,
  startSession,
  TPMA_NV,
  TPMS_ATTEST,
  type TpmClient,
  verifySignature,
} from '../../core/tpm/index.ts'
import { eccKey, type ExternalKey, hmacKey, loadExternal } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty: Uint8Array = new Uint8Array(0)
const qualifyingData = new TextEncoder().encode('a nonce')
const none = { scheme: ALG.null } as const
const ecdsa = { scheme: ALG.ecdsa, hashAlg: ALG.sha256 } as const
const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const byPassword = (handle: number): Authorized => ({ handle, name: handleName(handle), auth: passwordSession() })
const privacyAdminHandle = byPassword(RH.endorsement)
const owner = byPassword(RH.owner)
const nobody = byPassword(RH.null)

/** Part 3, 18.5, 18.7 and 31.16: what a TPM says of its sessions, time and storage. */
export function stateAttestation(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  before(async () => {
    bench = await start()
    client = bench.client
    // Clocks differ.
    bench.exact(false)
  })

  after(() => {
    bench.close()
  })

  async function withKey<T>(external: ExternalKey, work: (signHandle: Authorized) => Promise<T>): Promise<T> {
    const { handle, name } = await loadExternal(client, external)
    try {
      return await work({ handle, name, auth: passwordSession() })
    } finally {
      await client.run(FlushContext, {}, { flushHandle: handle })
    }
  }

  describe('GetTime', () => {
    const getTime = (signHandle: Authorized, inScheme: typeof none | typeof ecdsa = none) =>
      client.run(GetTime, { privacyAdminHandle, signHandle }, { qualifyingData, inScheme })

    it('tells the time, signed', async () => {
      const external = eccKey(ecdsa)
      const { timeInfo, signature } = await withKey(external, getTime)
      expect(verifySignature(external.publicArea, timeInfo, signature)).to.equal(true)
      const attest = decode(TPMS_ATTEST, timeInfo)
      if (attest.type !== ST.attestTime) throw new Error('no time')
      expect(attest.extraData).to.deep.equal(qualifyingData)
      const { currentTime } = await client.run(ReadClock, {}, {})
      expect(attest.attested.time.clockInfo.resetCount).to.equal(currentTime.clockInfo.resetCount)
      expect(Number(currentTime.time - attest.attested.time.time)).to.be.within(0, 5000)
    })

    it('tells it without a signature', async () => {
      expect((await getTime(nobody)).signature).to.deep.equal({ sigAlg: ALG.null })
    })

    it('refuses a key that does not sign, and a scheme that is not the key’s', async () => {
      const decrypting = eccKey(none, ['userWithAuth', 'noDA', 'decrypt'])
      expect(await codeOf(withKey(decrypting, getTime))).to.equal(atHandle(RC.key, 1))
      expect(await codeOf(withKey(eccKey(), getTime))).to.equal(atParameter(RC.scheme, 1))
      const other = withKey(hmacKey(qualifyingData), (signHandle) => getTime(signHandle, ecdsa))
      expect(await codeOf(other)).to.equal(atParameter(RC.scheme, 1))
    })

    it('refuses another hierarchy', async () => {
      const run = client.run(
        GetTime,
        { privacyAdminHandle: owner, signHandle: nobody },
        { qualifyingData, inScheme: none },
      )
      expect(await codeOf(run)).to.equal(atHandle(RC.value, 0))
    })
  })

  describe('GetSessionAuditDigest', () => {
    const audit = (sessionHandle: number, signHandle = nobody) => {
      const handles = { privacyAdminHandle, signHandle, sessionHandle: named(sessionHandle) }
      return client.run(GetSessionAuditDigest, handles, { qualifyingData, inScheme: none })
    }

    it('tells what a session audited, and whether it alone', async () => {
      const external = eccKey(ecdsa)
      const session = await startSession(client, { type: 'hmac', random, hash: ALG.sha256 })
      await withKey(external, async (signHandle) => {
        session.with({ attributes: ['audit', 'continueSession'] })
        await client.run(ReadClock, {}, {}, [session])
        for (const exclusiveSession of [1, 0]) {
          const { auditInfo, signature } = await audit(session.handle, signHandle)
          expect(verifySignature(external.publicArea, auditInfo, signature)).to.equal(true)
          const attest = decode(TPMS_ATTEST, auditInfo)
          if (attest.type !== ST.attestSessionAudit) throw new Error('no audit')
          expect(attest.attested.sessionDigest.length).to.equal(32)
          expect(attest.attested.exclusiveSession).to.equal(exclusiveSession)
        }
      })
      await client.run(FlushContext, {}, { flushHandle: session.handle })
    })

    it('refuses a session that does not audit, and one that is not there', async () => {
      const session = await startSession(client, { type: 'hmac', random, hash: ALG.sha256 })
      expect(await codeOf(audit(session.handle))).to.equal(atHandle(RC.type, 2))
      await client.run(FlushContext, {}, { flushHandle: session.handle })
      expect(await codeOf(audit(session.handle))).to.equal(RC.referenceH0 + 2)
    })
  })

  describe('NV_Certify', () => {
    const nvIndex = 0x01500040
    const contents = new TextEncoder().encode('contents')
    let name = empty

    before(async () => {
      const attributes = TPMA_NV.of('ownerRead', 'ownerWrite', 'authRead', 'noDA', 'globalLock')
      const nvPublic = { nvIndex, nameAlg: ALG.sha256, attributes, authPolicy: empty, dataSize: contents.length }
      await client.run(NV_DefineSpace, { authHandle: owner }, { auth: empty, publicInfo: nvPublic })
      await readName()
    })

    after(async () => {
      await client.run(NV_UndefineSpace, { authHandle: owner, nvIndex: { handle: nvIndex, name } }, {})
    })

    async function readName(): Promise<void> {
      name = (await client.run(NV_ReadPublic, { nvIndex: named(nvIndex) }, {})).nvName
    }
    const certify = (signHandle: Authorized, size: number, offset: number, authHandle = owner) =>
      client.run(
        NV_Certify,
        { signHandle, authHandle, nvIndex: { handle: nvIndex, name } },
        { qualifyingData, inScheme: none, size, offset },
      )
    const write = () =>
      client.run(NV_Write, { authHandle: owner, nvIndex: { handle: nvIndex, name } }, { data: contents, offset: 0 })

    it('refuses an index that was never written', async () => {
      expect(await codeOf(certify(nobody, 8, 0))).to.equal(RC.nvUninitialized)
      await write()
      await readName()
    })

    it('tells a part of the index, signed', async () => {
      const external = eccKey(ecdsa)
      for (const [size, offset] of [
        [8, 0],
        [3, 2],
        [0, 8],
      ] as const) {
        const certified = await withKey(external, (signHandle) => certify(signHandle, size, offset))
        expect(verifySignature(external.publicArea, certified.certifyInfo, certified.signature)).to.equal(true)
        const attest = decode(TPMS_ATTEST, certified.certifyInfo)
        if (attest.type !== ST.attestNv) throw new Error('no contents')
        expect(attest.attested).to.deep.equal({
          indexName: name,
          offset,
          nvContents: contents.slice(offset, offset + size),
        })
      }
    })

    it('tells the digest of the index where no part is said', async () => {
      const { certifyInfo } = await withKey(eccKey(ecdsa), (signHandle) => certify(signHandle, 0, 0))
      const attest = decode(TPMS_ATTEST, certifyInfo)
      if (attest.type !== ST.attestNvDigest) throw new Error('no digest')
      const nvDigest = new Uint8Array(createHash('sha256').update(contents).digest())
      expect(attest.attested).to.deep.equal({ indexName: name, nvDigest })
    })

    it('refuses a part outside, another authorization, and a key that does not sign', async () => {
      expect(await codeOf(certify(nobody, 8, 1))).to.equal(RC.nvRange)
      expect(await codeOf(certify(nobody, 1, 0xffff))).to.equal(RC.nvRange)
      expect(await codeOf(certify(nobody, 8, 0, byPassword(RH.platform)))).to.equal(RC.nvAuthorization)
      const decrypting = eccKey(none, ['userWithAuth', 'noDA', 'decrypt'])
      const refused = codeOf(withKey(decrypting, (signHandle) => certify(signHandle, 8, 0)))
      expect(await refused).to.equal(atHandle(RC.key, 0))
      expect(await codeOf(withKey(eccKey(), (key) => certify(key, 8, 0)))).to.equal(atParameter(RC.scheme, 1))
    })

    it('NV_GlobalWriteLock locks the index against writing', async () => {
      await client.run(NV_GlobalWriteLock, { authHandle: owner }, {})
      expect(await codeOf(write())).to.equal(RC.nvLocked)
      await readName()
      const { nvPublic } = await client.run(NV_ReadPublic, { nvIndex: named(nvIndex) }, {})
      expect(nvPublic.attributes.writeLocked).to.equal(true)
    })
  })
}
