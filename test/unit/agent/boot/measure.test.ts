import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import {
  type AtLocality,
  type BootPlan,
  MeasureError,
  measureInto,
  readPcrs,
  recordedBoot,
} from '../../../../agent/boot/index.ts'
import { manufacture, MemoryStorage, Tpm } from '../../../../agent/vtpm/index.ts'
import { toHex, WireError, Writer } from '../../../../core/bytes/index.ts'
import {
  encodeStartupLocality,
  EV,
  EventLogError,
  replay,
  startupLocality,
  type EventLog,
} from '../../../../core/eventlog/index.ts'
import {
  CC,
  encode,
  PCR_Read,
  RC,
  type Response,
  selectPcrs,
  ST,
  struct,
  TpmClient,
  type Transport,
} from '../../../../core/tpm/index.ts'
import { bootNames, recordedLog, recordedPcrs } from '../../../vectors/vectors.ts'
import { logOf } from '../../core/eventlog/log-builder.ts'

const banks = ['sha1', 'sha256', 'sha384', 'sha512']

/** A new TPM, switched on and not started up. */
function poweredTpm(): { readonly transport: Transport; readonly atLocality: AtLocality } {
  const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
  const storage = new MemoryStorage(manufacture({ random }))
  const tpm = Tpm.open({ storage, random, clock: () => 0 })
  tpm.powerOn()
  const atLocality: AtLocality = (locality) => ({ transmit: async (command) => tpm.execute(command, locality) })
  return { transport: atLocality(0), atLocality }
}

function planOf(log: EventLog): BootPlan {
  return { startupLocality: startupLocality(log.events), log: () => log }
}

const measured = { pcr: 4, type: EV.IPL, data: 'loader' }

/** What a TPM answers that has these values. */
function pcrAnswer(values: Response<typeof PCR_Read>): Uint8Array {
  const parameters = encode(struct('PCR_Read', PCR_Read.returns), values)
  return new Writer()
    .u16(ST.noSessions)
    .u32(10 + parameters.length)
    .u32(RC.success)
    .bytes(parameters)
    .done()
}

async function problemOf(measuring: Promise<unknown>): Promise<string> {
  return measuring.then(
    () => 'none',
    (error: unknown) => {
      if (error instanceof MeasureError) return error.problem
      throw error
    },
  )
}

describe('measureInto', () => {
  for (const name of bootNames) {
    it(`leaves a TPM as the recorded boot did: ${name}`, async () => {
      const { transport } = poweredTpm()
      const plan = await recordedBoot(new URL(`../../../vectors/${name}/eventlog.bin`, import.meta.url).pathname)
      const { log, pcrs } = await measureInto(transport, plan)

      expect(log).to.deep.equal(recordedLog(name))
      const recorded = recordedPcrs(name)['sha256']!
      for (const [pcr, value] of pcrs.get(0x000b)!) {
        if (pcr !== 10) expect(toHex(value), `PCR ${pcr}`).to.equal(recorded[String(pcr)])
      }
    })
  }

  it('starts the TPM at the locality that the log names', async () => {
    const { transport, atLocality } = poweredTpm()
    const log = logOf(banks, [
      { pcr: 0, type: EV.NO_ACTION, data: encodeStartupLocality(3) },
      { ...measured, pcr: 0 },
    ])
    const { pcrs } = await measureInto(transport, planOf(log), atLocality)
    for (const [id, bank] of replay(log)) expect(pcrs.get(id)?.get(0)).to.deep.equal(bank.get(0))
  })

  it('refuses a locality that it cannot start the TPM at', async () => {
    const startedAt = (locality: number): BootPlan =>
      planOf(logOf(banks, [{ pcr: 0, type: EV.NO_ACTION, data: encodeStartupLocality(locality) }]))
    expect(await problemOf(measureInto(poweredTpm().transport, startedAt(3)))).to.equal('locality')
    const { transport, atLocality } = poweredTpm()
    expect(await problemOf(measureInto(transport, startedAt(4), atLocality))).to.equal('locality')
  })

  it('uses a TPM that was started up, and refuses one that a boot was measured into', async () => {
    const { transport } = poweredTpm()
    await measureInto(transport, planOf(logOf(banks, [measured])))
    await measureInto(transport, planOf(logOf(banks, [{ ...measured, pcr: 5 }])))
    expect(await problemOf(measureInto(transport, planOf(logOf(banks, [measured]))))).to.equal('used')
  })

  it('extends the banks that log and TPM share, and refuses a log without any', async () => {
    const { transport } = poweredTpm()
    const { pcrs } = await measureInto(transport, planOf(logOf(['sha256', 'sm3_256'], [measured])))
    expect([...pcrs.keys()]).to.deep.equal([0x000b])
    const [sha1] = await readPcrs(new TpmClient(transport), [{ id: 0x0004, digestSize: 20 }])
    expect(toHex(sha1![1].get(4)!)).to.equal('00'.repeat(20))

    expect(await problemOf(measureInto(poweredTpm().transport, planOf(logOf(['sm3_256'], [measured]))))).to.equal(
      'banks',
    )
  })

  it('leaves a bank alone that one event of the log has no digest of', async () => {
    const { transport } = poweredTpm()
    const { pcrs } = await measureInto(transport, planOf(logOf(banks, [measured, { ...measured, banks: ['sha256'] }])))
    expect([...pcrs.keys()]).to.deep.equal([0x000b])
  })

  it('extends nothing by a log whose start-up locality is unclear', async () => {
    const { transport } = poweredTpm()
    const started = (locality: number) => ({ pcr: 0, type: EV.NO_ACTION, data: encodeStartupLocality(locality) })
    const plan: BootPlan = { startupLocality: 0, log: () => logOf(banks, [started(0), started(3), measured]) }
    const error = await measureInto(transport, plan).catch((caught: unknown) => caught)
    expect(error).to.be.instanceOf(EventLogError)
    const pcrs = await readPcrs(new TpmClient(transport), [{ id: 0x000b, digestSize: 32 }])
    expect(toHex(pcrs.get(0x000b)!.get(4)!)).to.equal('00'.repeat(32))
  })

  it('notices a TPM that did not take an event', async () => {
    const { transport } = poweredTpm()
    const success = Uint8Array.of(0x80, 0x02, 0, 0, 0, 19, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0)
    const forgetful: Transport = {
      transmit: async (command) =>
        new DataView(command.buffer, command.byteOffset).getUint32(6) === CC.PCR_Extend
          ? success
          : transport.transmit(command),
    }
    expect(await problemOf(measureInto(forgetful, planOf(logOf(banks, [measured]))))).to.equal('mismatch')
  })
})

describe('readPcrs', () => {
  const sha256 = [{ id: 0x000b, digestSize: 32 }]
  const selected = (...pcrs: readonly number[]) => [selectPcrs(0x000b, pcrs)]
  const none: readonly Uint8Array[] = []

  for (const { name, pcrSelectionOut, pcrValues } of [
    { name: 'nothing', pcrSelectionOut: [], pcrValues: none },
    { name: 'PCRs without values', pcrSelectionOut: selected(0, 1, 2), pcrValues: none },
    { name: 'the same PCRs each time', pcrSelectionOut: selected(0), pcrValues: [new Uint8Array(32)] },
    { name: 'PCRs of another bank', pcrSelectionOut: [selectPcrs(0x0004, [0])], pcrValues: [new Uint8Array(20)] },
  ]) {
    it(`refuses a TPM that answers ${name}`, async () => {
      const answer = pcrAnswer({ pcrUpdateCounter: 1, pcrSelectionOut, pcrValues })
      const client = new TpmClient({ transmit: () => Promise.resolve(answer) })
      const error: unknown = await readPcrs(client, sha256).catch((caught: unknown) => caught)
      expect(error).to.be.instanceOf(WireError)
      expect((error as Error).message).to.equal('pcrValues: none of those asked for')
    })
  }
})
