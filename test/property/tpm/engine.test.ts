import { expect } from 'chai'
import fc from 'fast-check'
import {
  akTemplate,
  ALG,
  Create,
  GetRandom,
  HierarchyChangeAuth,
  Load,
  named,
  PCR_Event,
  PCR_Read,
  PolicyPCR,
  Quote,
  RC,
  ReadPublic,
  RH,
  selectPcrs,
  srkTemplate,
} from '../../../core/tpm/index.ts'
import { Bench, byPassword, empty, noSecret } from '../../unit/agent/vtpm/bench.ts'

const headerBytes = 10

/** Real commands of many shapes, as they were sent. */
async function recordCommands(bench: Bench): Promise<readonly Uint8Array[]> {
  const recorded: Uint8Array[] = []
  const record = async <T>(command: Promise<T>): Promise<T> => {
    const answer = await command
    recorded.push(bench.sent)
    return answer
  }
  const pcrs = [selectPcrs(ALG.sha256, [0, 7])]
  const parent = await record(bench.primary(srkTemplate))
  const parentHandle = byPassword(parent)
  const creation = { inSensitive: noSecret, inPublic: akTemplate, outsideInfo: empty, creationPCR: pcrs }
  const made = await record(bench.client.run(Create, { parentHandle }, creation))
  const key = await record(
    bench.client.run(Load, { parentHandle }, { inPrivate: made.outPrivate, inPublic: made.outPublic }),
  )
  const quote = { qualifyingData: Uint8Array.of(1), inScheme: { scheme: ALG.null }, PCRselect: pcrs } as const
  await record(bench.client.run(Quote, { signHandle: byPassword(key) }, quote))
  await record(bench.client.run(ReadPublic, { objectHandle: key }, {}))
  await record(bench.client.run(PCR_Read, {}, { pcrSelectionIn: pcrs }))
  await record(bench.client.run(PCR_Event, { pcrHandle: byPassword(named(16)) }, { eventData: Uint8Array.of(1) }))
  const policy = await record(bench.session({ type: 'policy' }))
  await record(bench.client.run(PolicyPCR, { policySession: named(policy.handle) }, { pcrDigest: empty, pcrs }))
  const hmac = await record(
    bench
      .session({ symmetric: { algorithm: ALG.xor, hash: ALG.sha256 } })
      .then((session) => session.with({ attributes: ['continueSession', 'encrypt'] })),
  )
  await record(bench.client.run(GetRandom, {}, { bytesRequested: 8 }, [hmac]))
  await record(bench.client.run(HierarchyChangeAuth, { authHandle: byPassword(named(RH.lockout)) }, { newAuth: empty }))
  return recorded
}

/** A command with some bytes changed and cut off or drawn out, its header's size right again in most cases. */
const meddled = (commands: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> =>
  fc
    .record({
      command: fc.constantFrom(...commands),
      changes: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
      cut: fc.nat({ max: 12 }),
      tail: fc.uint8Array({ maxLength: 4 }),
      fixesSize: fc.integer({ min: 0, max: 9 }).map((die) => die > 0),
    })
    .map(({ command, changes, cut, tail, fixesSize }) => {
      const kept = command.subarray(0, Math.max(headerBytes, command.length - (cut > 8 ? cut : 0)))
      const bytes = new Uint8Array([...kept, ...tail.subarray(0, cut > 8 ? 0 : cut > 6 ? tail.length : 0)])
      for (const [at, value] of changes) bytes[at % bytes.length] = value
      if (fixesSize) new DataView(bytes.buffer).setUint32(2, bytes.length)
      return bytes
    })

function checkForm(answer: Uint8Array): number {
  const view = new DataView(answer.buffer, answer.byteOffset, answer.length)
  expect(answer.length).to.be.within(headerBytes, 4096)
  expect(view.getUint32(2)).to.equal(answer.length)
  const rc = view.getUint32(6)
  const tag = view.getUint16(0)
  if (rc === RC.success) expect(tag).to.be.oneOf([0x8001, 0x8002])
  else expect([tag, answer.length]).to.deep.equal([0x8001, headerBytes])
  return rc
}

describe('any bytes', () => {
  it('are answered in good form, and never put the TPM into failure mode', async () => {
    const bench = await Bench.started(undefined, { maxTransientObjects: 64, maxLoadedSessions: 64 })
    const commands = await recordCommands(bench)
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 9, arbitrary: meddled(commands) }, { weight: 1, arbitrary: fc.uint8Array() }),
        async (bytes) => {
          expect(checkForm(await bench.tpm.execute(bytes))).to.not.equal(RC.failure)
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('change nothing durable when they are refused for their form', async () => {
    const bench = await Bench.started()
    const state = Buffer.from(bench.storage.load() ?? empty).toString('hex')
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (bytes) => {
        await bench.tpm.execute(bytes)
        expect(Buffer.from(bench.storage.load() ?? empty).toString('hex')).to.equal(state)
      }),
      { numRuns: 200 },
    )
  })
})
