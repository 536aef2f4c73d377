import { expect } from 'chai'
import { createHash, createHmac } from 'node:crypto'
import {
  ALG,
  atHandle,
  atParameter,
  type Authorized,
  EventSequenceComplete,
  FlushContext,
  Hash,
  HashSequenceStart,
  HMAC,
  HMAC_Start,
  named,
  passwordSession,
  PCR_Read,
  RC,
  ReadPublic,
  RH,
  selectPcrs,
  SequenceComplete,
  SequenceUpdate,
  ST,
  type TpmClient,
} from '../../core/tpm/index.ts'
import { type ExternalKey, eccKey, hmacKey, loadExternal } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}
const key = ascii('an hmac key')
/** Signs and decrypts, and so has no scheme of its own. */
const anyUse = hmacKey(key, { scheme: ALG.null }, ['userWithAuth', 'noDA', 'sign', 'decrypt'])
const generated = Uint8Array.of(0xff, 0x54, 0x43, 0x47, 1, 2, 3)
const nullTicket = { tag: ST.hashcheck, hierarchy: RH.null, digest: new Uint8Array(0) }
const empty: Uint8Array = new Uint8Array(0)

/** Part 3, 15.4, 15.5 and 17: digests and HMACs, in one command or in pieces. */
export function hashSequences(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  before(async () => {
    bench = await start()
    client = bench.client
  })

  after(() => {
    bench.close()
  })

  beforeEach(() => {
    bench.exact(true)
  })

  const flush = (flushHandle: number): Promise<unknown> => client.run(FlushContext, {}, { flushHandle })
  const authorized = (handle: number, auth = empty, name = empty): Authorized => ({
    handle,
    name,
    auth: passwordSession(auth),
  })

  async function startHash(hashAlg: number, auth = empty): Promise<number> {
    return (await client.run(HashSequenceStart, {}, { auth, hashAlg })).handle
  }

  const update = (handle: Authorized, buffer: Uint8Array): Promise<unknown> =>
    client.run(SequenceUpdate, { sequenceHandle: handle }, { buffer })

  /** Runs `work` with a key loaded. */
  async function withKey<T>(external: ExternalKey, work: (handle: Authorized) => Promise<T>): Promise<T> {
    const { handle, name } = await loadExternal(client, external)
    try {
      return await work(authorized(handle, empty, name))
    } finally {
      await flush(handle)
    }
  }

  describe('Hash', () => {
    for (const [hashAlg, node] of [
      [ALG.sha1, 'sha1'],
      [ALG.sha256, 'sha256'],
      [ALG.sha384, 'sha384'],
      [ALG.sha512, 'sha512'],
    ] as const) {
      it(`${node}, without a ticket in the null hierarchy`, async () => {
        const { outHash, validation } = await client.run(Hash, {}, { data: ascii('abc'), hashAlg, hierarchy: RH.null })
        expect(outHash).to.deep.equal(new Uint8Array(createHash(node).update('abc').digest()))
        expect(validation).to.deep.equal(nullTicket)
      })
    }

    it('gives a ticket of each hierarchy', async () => {
      bench.exact(false)
      for (const hierarchy of [RH.owner, RH.endorsement, RH.platform]) {
        const { validation } = await client.run(Hash, {}, { data: ascii('abc'), hashAlg: ALG.sha256, hierarchy })
        expect(validation.hierarchy).to.equal(hierarchy)
        expect(validation.digest).to.have.length(64)
      }
    })

    it('gives no ticket for what begins like a structure of the TPM', async () => {
      const { validation } = await client.run(Hash, {}, { data: generated, hashAlg: ALG.sha256, hierarchy: RH.owner })
      expect(validation).to.deep.equal(nullTicket)
    })

    it('gives a ticket for what is too short to begin like one', async () => {
      bench.exact(false)
      const parameters = { data: generated.slice(0, 3), hashAlg: ALG.sha256, hierarchy: RH.owner }
      expect((await client.run(Hash, {}, parameters)).validation.hierarchy).to.equal(RH.owner)
    })

    it('refuses an unknown algorithm and an unknown hierarchy', async () => {
      const run = (hashAlg: number, hierarchy: number) =>
        codeOf(client.run(Hash, {}, { data: empty, hashAlg, hierarchy }))
      expect(await run(0x12, RH.null)).to.equal(atParameter(RC.hash, 1))
      expect(await run(ALG.sha256, RH.lockout)).to.equal(atParameter(RC.value, 2))
    })
  })

  describe('HMAC', () => {
    const cases: readonly (readonly [string, ExternalKey, number, number])[] = [
      ['the key’s own scheme', hmacKey(key), ALG.null, RC.success],
      ['the same scheme named', hmacKey(key), ALG.sha256, RC.success],
      ['another scheme', hmacKey(key), ALG.sha1, atParameter(RC.value, 1)],
      ['a key without a scheme', anyUse, ALG.sha256, RC.success],
      ['no scheme at all', anyUse, ALG.null, atParameter(RC.value, 1)],
      ['a key of another type', eccKey(), ALG.sha256, atHandle(RC.type, 0)],
      [
        'a sealed object',
        hmacKey(key, { scheme: ALG.null }, ['userWithAuth', 'noDA']),
        ALG.sha256,
        atHandle(RC.key, 0),
      ],
    ]
    for (const [name, external, hashAlg, expected] of cases) {
      it(`by ${name}`, async () => {
        await withKey(external, async (handle) => {
          const run = client.run(HMAC, { handle }, { buffer: ascii('abc'), hashAlg })
          if (expected === RC.success) {
            const mac = createHmac('sha256', key).update('abc').digest()
            expect((await run).outHMAC).to.deep.equal(new Uint8Array(mac))
          } else expect(await codeOf(run)).to.equal(expected)
          const started = client.run(HMAC_Start, { handle }, { auth: empty, hashAlg })
          if (expected === RC.success) await flush((await started).handle)
          else expect(await codeOf(started)).to.equal(expected)
        })
      })
    }

    it('not by a key whose private part is not there', async () => {
      const { handle, name } = await loadExternal(client, { publicArea: hmacKey(key).publicArea })
      const keyHandle = { handle: authorized(handle, empty, name) }
      const run = client.run(HMAC, keyHandle, { buffer: empty, hashAlg: ALG.null })
      expect(await codeOf(run)).to.equal(RC.authUnavailable)
      await flush(handle)
    })

    it('in pieces', async () => {
      await withKey(hmacKey(key), async (handle) => {
        const { handle: sequence } = await client.run(HMAC_Start, { handle }, { auth: ascii('pw'), hashAlg: ALG.null })
        const sequenceHandle = authorized(sequence, ascii('pw'))
        await update(sequenceHandle, ascii('one '))
        const last = { buffer: ascii('two'), hierarchy: RH.owner }
        const { result, validation } = await client.run(SequenceComplete, { sequenceHandle }, last)
        expect(result).to.deep.equal(new Uint8Array(createHmac('sha256', key).update('one two').digest()))
        expect(validation).to.deep.equal(nullTicket)
      })
    })
  })

  describe('a hash sequence', () => {
    it('digests its pieces, and its slot is free afterwards', async () => {
      for (let i = 0; i < 4; i += 1) {
        const sequenceHandle = authorized(await startHash(ALG.sha256))
        await update(sequenceHandle, new Uint8Array(1024).fill(i))
        await update(sequenceHandle, empty)
        const complete = { buffer: ascii('end'), hierarchy: RH.null }
        const { result, validation } = await client.run(SequenceComplete, { sequenceHandle }, complete)
        expect(result).to.deep.equal(sha256(new Uint8Array(1024).fill(i), ascii('end')))
        expect(validation).to.deep.equal(nullTicket)
        expect(await codeOf(update(sequenceHandle, empty))).to.equal(RC.referenceH0)
      }
    })

    it('needs its authValue', async () => {
      const handle = await startHash(ALG.sha256, ascii('pw'))
      const refused = await codeOf(update(authorized(handle, ascii('no')), empty))
      expect(refused).to.be.greaterThan(0)
      expect(await codeOf(update(authorized(handle, ascii('pw')), empty))).to.equal(RC.success)
      await flush(handle)
    })

    const tickets: readonly (readonly [string, readonly Uint8Array[], boolean])[] = [
      ['data that is safe to sign', [ascii('safe'), ascii('data')], true],
      ['one safe piece', [ascii('safe')], true],
      ['the TPM’s own mark in front', [generated, ascii('more')], false],
      ['the mark in the last piece only', [ascii('safe'), generated], true],
      ['a first piece too short to tell', [ascii('abc'), ascii('more')], false],
      ['an empty first piece', [empty, ascii('more')], false],
      ['nothing but the mark', [generated], false],
    ]
    for (const [name, pieces, isTicket] of tickets) {
      it(`gives ${isTicket ? 'a' : 'no'} ticket for ${name}`, async () => {
        bench.exact(!isTicket)
        const sequenceHandle = authorized(await startHash(ALG.sha256))
        for (const piece of pieces.slice(0, -1)) await update(sequenceHandle, piece)
        const complete = { buffer: pieces.at(-1) ?? empty, hierarchy: RH.owner }
        const { validation } = await client.run(SequenceComplete, { sequenceHandle }, complete)
        expect(validation.hierarchy).to.equal(isTicket ? RH.owner : RH.null)
      })
    }

    it('takes slots until there are none', async () => {
      const handles = [await startHash(ALG.sha1), await startHash(ALG.sha256), await startHash(ALG.null)]
      expect(await codeOf(startHash(ALG.sha256))).to.equal(RC.objectMemory)
      for (const handle of handles) await flush(handle)
    })

    it('is not taken for a key, nor a key for it', async () => {
      const handle = authorized(await startHash(ALG.sha256))
      expect(await codeOf(client.run(HMAC, { handle }, { buffer: empty, hashAlg: ALG.null }))).to.equal(
        atHandle(RC.type, 0),
      )
      expect(
        await codeOf(client.run(ReadPublic, { objectHandle: { handle: handle.handle, name: empty } }, {})),
      ).to.equal(RC.sequence)
      await flush(handle.handle)
      await withKey(hmacKey(key), async (sequenceHandle) => {
        expect(await codeOf(update(sequenceHandle, empty))).to.equal(atParameter(RC.mode, 0))
        const complete = client.run(SequenceComplete, { sequenceHandle }, { buffer: empty, hierarchy: RH.null })
        expect(await codeOf(complete)).to.equal(atHandle(RC.mode, 0))
      })
    })
  })

  describe('an event sequence', () => {
    const pcr = (handle: number): Authorized => ({ ...named(handle), auth: passwordSession() })

    async function valueOf(index: number): Promise<Uint8Array> {
      const pcrSelectionIn = [selectPcrs(ALG.sha256, [index])]
      return (await client.run(PCR_Read, {}, { pcrSelectionIn })).pcrValues[0] ?? empty
    }

    it('extends a PCR in all banks by the digest of its pieces', async () => {
      const before = await valueOf(7)
      const sequenceHandle = authorized(await startHash(ALG.null))
      await update(sequenceHandle, ascii('one '))
      const handles = { pcrHandle: pcr(7), sequenceHandle }
      const { results } = await client.run(EventSequenceComplete, handles, { buffer: ascii('two') })
      expect(results.map(({ hashAlg }) => hashAlg)).to.deep.equal([ALG.sha1, ALG.sha256, ALG.sha384, ALG.sha512])
      expect(results[1]?.digest).to.deep.equal(sha256(ascii('one two')))
      expect(await valueOf(7)).to.deep.equal(sha256(before, sha256(ascii('one two'))))
    })

    it('extends nothing for the null handle', async () => {
      const sequenceHandle = authorized(await startHash(ALG.null))
      const handles = { pcrHandle: pcr(RH.null), sequenceHandle }
      const { results } = await client.run(EventSequenceComplete, handles, { buffer: ascii('x') })
      expect(results).to.have.length(4)
    })

    it('refuses a PCR that this locality may not extend', async () => {
      const sequenceHandle = authorized(await startHash(ALG.null))
      const complete = client.run(EventSequenceComplete, { pcrHandle: pcr(17), sequenceHandle }, { buffer: empty })
      expect(await codeOf(complete)).to.equal(RC.locality)
      await flush(sequenceHandle.handle)
    })

    it('is not completed like a hash sequence, nor the other way round', async () => {
      const event = authorized(await startHash(ALG.null))
      const asHash = client.run(SequenceComplete, { sequenceHandle: event }, { buffer: empty, hierarchy: RH.null })
      expect(await codeOf(asHash)).to.equal(atHandle(RC.mode, 0))
      await flush(event.handle)
      const hash = authorized(await startHash(ALG.sha256))
      const asEvent = client.run(EventSequenceComplete, { pcrHandle: pcr(7), sequenceHandle: hash }, { buffer: empty })
      expect(await codeOf(asEvent)).to.equal(atHandle(RC.mode, 1))
      await flush(hash.handle)
    })
  })
}
