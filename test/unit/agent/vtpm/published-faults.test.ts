import { expect } from 'chai'
import { createCipheriv, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { localDisk, manufacture, MemoryStorage, StateFile, StateFileError, Tpm } from '../../../../agent/vtpm/index.ts'
import { SeededStream } from '../../../../agent/vtpm/keys/byte-stream.ts'
import { RsaWorkshop } from '../../../../agent/vtpm/keys/rsa-work.ts'
import { concat, fromHex, Writer } from '../../../../core/bytes/index.ts'
import {
  ALG,
  atParameter,
  atSession,
  CC,
  describeResponseCode,
  EncryptDecrypt2,
  firstHandle,
  GetRandom,
  GetTime,
  Hash,
  HMAC_Start,
  named,
  PCR_Extend,
  PCR_Read,
  Quote,
  RC,
  RH,
  selectPcrs,
  SequenceUpdate,
  Sign,
  ST,
  Startup,
  SU,
  taggedDigest,
  type TPMT_SIG_SCHEME,
} from '../../../../core/tpm/index.ts'
import { aesKey, hmacKey, loadExternal } from '../../../conformance/external-keys.ts'
import { Bench, byPassword, empty, refused } from './bench.ts'

const zeros = new Uint8Array(32)
const sha256 = { hashAlg: ALG.sha256 } as const
const getSessions = fromHex('8001000000160000017a000000010200000000000020')
const readClock = fromHex('80010000000a00000181')

/** Each says in one sentence what went wrong elsewhere; the test is what must hold here. */
describe('published faults of TPMs', () => {
  describe('CVE-2023-1017 and CVE-2023-1018: a parameter that was to be decrypted was written and read beyond the command', () => {
    for (const [parameters, rc] of [
      ['', RC.insufficient],
      ['00', RC.insufficient],
      ['0001', RC.size],
      ['000511', RC.size],
      ['ffff', RC.size],
      ['0041' + '11'.repeat(0x40), RC.size],
    ] as const) {
      it(`a parameter area of ${parameters.length / 2} bytes (${parameters.slice(0, 6)})`, async () => {
        const bench = await Bench.started()
        const session = await bench.session({ symmetric: { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb } })
        const authorization = new Writer().u32(session.handle).u16(0).u8(0x21).u16(0).done()
        const body = new Writer().u32(CC.Hash).u32(authorization.length).bytes(authorization).bytes(fromHex(parameters))
        const rest = body.done()
        const command = new Writer()
          .u16(ST.sessions)
          .u32(6 + rest.length)
          .bytes(rest)
          .done()
        const response = await bench.tpm.execute(command)
        expect(new DataView(response.buffer, response.byteOffset).getUint32(6)).to.equal(atSession(rc, 0))
        await bench.client.run(GetRandom, {}, { bytesRequested: 1 })
      })
    }

    it('an answer that is empty is encrypted as the nothing it is', async () => {
      const bench = await Bench.started()
      const session = await bench.session({ symmetric: { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb } })
      const encrypting = session.with({ attributes: ['continueSession', 'encrypt'] })
      expect((await bench.client.run(GetRandom, {}, { bytesRequested: 0 }, [encrypting])).randomBytes).to.have.length(0)
    })
  })

  describe('CVE-2021-3446 and CVE-2026-21444: the first IV came back instead of the last', () => {
    for (const [name, mode] of [
      ['cbc', ALG.cbc],
      ['cfb', ALG.cfb],
      ['ofb', ALG.ofb],
      ['ctr', ALG.ctr],
    ] as const) {
      it(`two commands in ${name.toUpperCase()} are as one`, async () => {
        const bench = await Bench.started()
        const key = new Uint8Array(16).fill(7)
        const keyHandle = byPassword(await loadExternal(bench.client, aesKey(key)))
        const pieces = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
        const parts: Uint8Array[] = []
        let ivIn = new Uint8Array(16).fill(9)
        const cipher = createCipheriv(`aes-128-${name}`, key, ivIn).setAutoPadding(false)
        for (const inData of pieces) {
          const { outData, ivOut } = await bench.client.run(
            EncryptDecrypt2,
            { keyHandle },
            { inData, decrypt: 0, mode, ivIn },
          )
          parts.push(outData)
          ivIn = new Uint8Array(ivOut)
        }
        expect(concat(...parts)).to.deep.equal(new Uint8Array(cipher.update(concat(...pieces))))
      })
    }
  })

  describe('CVE-2025-2884 and CVE-2025-49133: an HMAC key signed by an asymmetric scheme, and its hash lay beyond the table', () => {
    const schemes: readonly TPMT_SIG_SCHEME[] = [
      { scheme: ALG.rsassa, ...sha256 },
      { scheme: ALG.rsapss, ...sha256 },
      { scheme: ALG.ecdsa, ...sha256 },
      { scheme: ALG.ecschnorr, ...sha256 },
      { scheme: ALG.sm2, ...sha256 },
      { scheme: ALG.ecdaa, ...sha256, count: 0xffff },
    ]
    for (const [name, key] of [
      ['with a scheme', hmacKey(new Uint8Array(16))],
      [
        'without a scheme',
        hmacKey(new Uint8Array(16), { scheme: ALG.null }, ['userWithAuth', 'noDA', 'sign', 'decrypt']),
      ],
    ] as const) {
      it(`an HMAC key ${name} signs by HMAC alone`, async () => {
        const bench = await Bench.started()
        const keyHandle = byPassword(await loadExternal(bench.client, key))
        const attesting = { privacyAdminHandle: byPassword(named(RH.endorsement)), signHandle: keyHandle }
        const validation = { tag: ST.hashcheck, hierarchy: RH.null, digest: empty }
        for (const inScheme of schemes) {
          const attest = { qualifyingData: empty, inScheme }
          const PCRselect = [selectPcrs(ALG.sha256, [0])]
          const refusal = atParameter(RC.scheme, 1)
          await refused(refusal, bench.client.run(Sign, { keyHandle }, { digest: zeros, inScheme, validation }))
          await refused(refusal, bench.client.run(Quote, { signHandle: keyHandle }, { ...attest, PCRselect }))
          await refused(refusal, bench.client.run(GetTime, attesting, attest))
        }
        await bench.client.run(GetRandom, {}, { bytesRequested: 1 })
      })
    }
  })

  it('CVE-2021-3505: primes were made of fewer random bits than they have', async () => {
    const work = new RsaWorkshop()
    const primes = await Promise.all(
      Array.from({ length: 12 }, async (_, seed) => {
        const options = { seed: new Uint8Array(64).fill(seed), label: 'test', contextU: empty, contextV: empty }
        return (await work.derive(1024, 65537, new SeededStream(options))).prime
      }),
    )
    // The two highest bits and the lowest are set, and each other of the upper 64 takes both values.
    for (let bit = 2; bit < 64; bit++) {
      const values = primes.map((prime) => ((prime[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1)
      expect(new Set(values).size, `bit ${bit}`).to.equal(2)
    }
    expect(new Set(primes.map((prime) => Buffer.from(prime.subarray(0, 8)).toString('hex'))).size).to.equal(12)
  })

  describe('CVE-2021-3623 and CVE-2021-3746: commands with odd values made a volatile state that overran when it was stored', () => {
    it('what odd values left is stored, read again and goes on', async () => {
      const bench = await Bench.started()
      const handle = byPassword(await loadExternal(bench.client, hmacKey(new Uint8Array(64))))
      const auth = new Uint8Array(64).fill(1)
      const sequence = await bench.client.run(HMAC_Start, { handle }, { auth, hashAlg: ALG.null })
      const sequenceHandle = byPassword({ handle: sequence.handle, name: empty }, auth)
      for (const size of [0, 1, 1024, 63, 64, 65])
        await bench.client.run(SequenceUpdate, { sequenceHandle }, { buffer: new Uint8Array(size) })
      const [permanent, volatile] = [bench.storage.load(), bench.tpm.volatileState()]
      if (permanent === undefined || volatile === undefined) throw new Error('there is no state')
      bench.tpm.powerOff()
      bench.tpm.powerOn({ permanent, volatile })
      await bench.client.run(SequenceUpdate, { sequenceHandle }, { buffer: new Uint8Array(1) })
    })

    describe('a volatile state that was altered', () => {
      let bench: Bench
      let permanent: Uint8Array
      let volatile: Uint8Array

      beforeEach(async () => {
        bench = await Bench.started()
        await loadExternal(bench.client, hmacKey(new Uint8Array(16)))
        await bench.session()
        const states = [bench.storage.load(), bench.tpm.volatileState()] as const
        if (states[0] === undefined || states[1] === undefined) throw new Error('there is no state')
        ;[permanent, volatile] = states
      })

      /** Whether the TPM takes the state up; then it answers, and its state can be taken again. */
      function takes(altered: Uint8Array): boolean {
        bench.tpm.powerOff()
        try {
          bench.tpm.powerOn({ permanent: permanent.slice(), volatile: altered })
        } catch (error) {
          expect((error as Error).name).to.be.oneOf(['WireError', 'CodecError'])
          return false
        }
        for (const command of [getSessions, readClock]) void bench.tpm.execute(command)
        expect(bench.tpm.volatileState()).to.be.instanceOf(Uint8Array)
        return true
      }

      it('is refused or another state, never a fault', () => {
        fc.assert(
          fc.property(fc.nat({ max: volatile.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
            const altered = volatile.slice()
            altered[at] = (altered[at] ?? 0) ^ change
            takes(altered)
          }),
          { numRuns: 300 },
        )
      })

      for (const [what, handle] of [
        ['object', firstHandle.transient],
        ['session', firstHandle.hmacSession],
      ] as const) {
        it(`is refused where the ${what} stands at a handle that no ${what} has`, () => {
          const start = Buffer.from(volatile).lastIndexOf(new Writer().u32(1).u32(handle).done())
          expect(takes(volatile.slice())).to.equal(true)
          for (const elsewhere of [handle + 0x1b000000, handle + 0x00ffffff, handle + 64, RH.owner, 0xffffffff]) {
            const altered = volatile.slice()
            altered.set(new Writer().u32(elsewhere).done(), start + 4)
            expect(takes(altered), elsewhere.toString(16)).to.equal(false)
          }
        })
      }

      it('is refused with a clock that stands, or runs as no clock does', () => {
        const rate = Buffer.from(volatile).indexOf(new Writer().u32(30_000).done())
        for (const ticks of [0, 1, 24_999, 35_001, 0xffffffff]) {
          const altered = volatile.slice()
          altered.set(new Writer().u32(ticks).done(), rate)
          expect(takes(altered), String(ticks)).to.equal(false)
        }
      })

      it('is refused with a PCR of another size', () => {
        const kept = Buffer.from(volatile).indexOf(new Writer().u16(ALG.sha256).u16(0).u16(32).done())
        const altered = concat(volatile.subarray(0, kept + 4), new Writer().u16(31).done(), volatile.subarray(kept + 7))
        expect(takes(altered)).to.equal(false)
      })
    })
  })

  describe('a state file', () => {
    const key = new Uint8Array(32).fill(3)
    const machineId = new Uint8Array(16).fill(4)
    let folder: string
    let path: string

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'bootlatch-faults-'))
      path = join(folder, 'vtpm.state')
    })
    afterEach(() => {
      rmSync(folder, { recursive: true, force: true })
    })
    const make = () => StateFile.create(path, { key, generation: 1, machineId }, new Uint8Array(100))
    const open = () => StateFile.open(path, new Map([[1, key]]))

    it('CVE-2022-23645: the size in the header was believed, and read beyond the file', () => {
      make().close()
      const good = readFileSync(path)
      for (let at = 0; at < 64; at++)
        for (const value of [0x00, 0x7f, 0xff]) {
          // Both slots, so that neither can stand in for the other
          const altered = Buffer.from(good)
          for (const start of [0, good.length / 2]) altered[start + at] = value
          writeFileSync(path, altered)
          try {
            open().close()
          } catch (error) {
            expect(error, `byte ${at}`).to.be.instanceOf(StateFileError)
          }
        }
    })

    it('CVE-2020-28407: a link in the place of a file chose what was written to', () => {
      const treasure = join(folder, 'treasure')
      writeFileSync(treasure, 'untouched')
      symlinkSync(treasure, `${path}.new`)
      make().close()
      expect(readFileSync(treasure, 'utf8')).to.equal('untouched')
      expect(open().load()).to.deep.equal(new Uint8Array(100))
      const link = join(folder, 'link')
      symlinkSync(treasure, link)
      expect(() => localDisk.open(link)).to.throw(/ELOOP/)
    })
  })

  it('CVE-2018-6622: a machine that slept without saving its TPM woke with PCRs that could be written anew', async () => {
    const bench = await Bench.started()
    const pcrHandle = byPassword(named(0))
    await bench.client.run(PCR_Extend, { pcrHandle }, { digests: [taggedDigest(ALG.sha256, zeros)] })
    bench.tpm.powerOff()
    bench.tpm.powerOn()
    await refused(atParameter(RC.value, 0), bench.startup(SU.state))
    const pcrSelectionIn = [selectPcrs(ALG.sha256, [0])]
    await refused(RC.initialize, bench.client.run(PCR_Read, {}, { pcrSelectionIn }))
    await refused(RC.initialize, bench.client.run(PCR_Extend, { pcrHandle }, { digests: [] }))
  })

  it('CVE-2023-22745: a response code that nobody had heard of was looked up beyond the table', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (code) => {
        expect(describeResponseCode(code)).to.be.a('string').that.is.not.empty
      }),
    )
  })

  it('the sign of a negative length is none: sizes near 2^32 and 2^16 are refused before anything is allocated', async () => {
    const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
    const tpm = Tpm.open({ storage: new MemoryStorage(manufacture({ random })), random, clock: () => 0 })
    tpm.powerOn()
    await tpm.execute(new Writer().u16(ST.noSessions).u32(12).u32(Startup.code).u16(SU.clear).done())
    for (const size of [0x7fffffff, 0x80000000, 0xfffffff6, 0xffffffff]) {
      const response = await tpm.execute(new Writer().u16(ST.sessions).u32(size).u32(Hash.code).u32(size).done())
      expect(new DataView(response.buffer, response.byteOffset).getUint32(6)).to.equal(RC.commandSize)
    }
  })
})
