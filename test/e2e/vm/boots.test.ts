import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { describedBoot } from '../../../agent/boot/index.ts'
import { toHex } from '../../../core/bytes/index.ts'
import {
  digestAlgorithmNamed,
  eventTypeName,
  parseEventLog,
  type PcrBanks,
  replay,
  untrustedHint,
} from '../../../core/eventlog/index.ts'
import { ReadClock, TpmClient } from '../../../core/tpm/index.ts'
import { bootMedia } from '../../vm/boot-media.ts'
import { writeDescription } from '../../vm/describe-boot.ts'
import { type Guest } from '../../vm/guest.ts'
import { type GuestReport } from '../../vm/report.ts'
import { ScratchGuests } from '../../vm/scratch-guests.ts'
import { ownTpm, referenceTpm, type TpmBackend } from '../../vm/tpm-backends.ts'
import { type Chain, chains } from './chains.ts'

/** The kernel's IMA extends it after the firmware's log has ended. */
const imaPcr = 10

/** Firmware's code lies in memory as no file has it. */
const codePcr = 0
const memoryMiB = 512
const banks = ['sha1', 'sha256', 'sha384', 'sha512'].map((name) => digestAlgorithmNamed(name)!)

/** A boot, the one after a reset from within, and by how much the TPM's counter and the machine's own say it was reset between. */
interface TwoBoots {
  readonly reports: readonly [GuestReport, GuestReport]
  readonly resets: { readonly counted: number; readonly seen: number }
  readonly exitCode: number | null
  /** The file of the firmware's variables, as the machine left it. */
  readonly variables: string
}

for (const chain of chains) {
  describe(`a machine that boots by ${chain.kind} (trust: ${chain.trust}), its TPM on ${chain.tpmDevice}`, function () {
    this.timeout(900_000)
    const scratch = new ScratchGuests()
    let own: TwoBoots
    let reference: TwoBoots
    before(async () => {
      await bootMedia(chain.kind)
      ;[own, reference] = await Promise.all([
        bootTwice(scratch, chain, ownTpm),
        bootTwice(scratch, chain, referenceTpm),
      ])
    })
    after(() => scratch.remove())

    for (const [i, boot] of ['boot', 'boot after a reset'].entries()) {
      it(`has after a ${boot} the log and PCRs that it has with swtpm`, () => {
        expect(listed(own.reports[i]!.log)).to.deep.equal(listed(reference.reports[i]!.log))
        expect(Buffer.compare(own.reports[i]!.log, reference.reports[i]!.log)).to.equal(0)
        expect(readable(own.reports[i]!.pcrs)).to.deep.equal(readable(reference.reports[i]!.pcrs))
      })

      it(`has after a ${boot} a log that replays to its PCRs`, () => {
        const { log, pcrs } = own.reports[i]!
        expect(readable(replay(parseEventLog(log)), imaPcr)).to.deep.equal(readable(pcrs, imaPcr))
      })
    }

    it('has after a boot the PCRs that are computed from its files and a record of its firmware', async () => {
      const recorded = join(await scratch.folder(), 'firmware.log')
      await writeFile(recorded, reference.reports[0].log)
      const computed = await computedPcrs(scratch, chain, { recorded })
      expect(readable(computed, imaPcr)).to.deep.equal(readable(own.reports[0].pcrs, imaPcr))
    })

    it('has after a reset the PCRs, but for the firmware’s code, that are computed from files alone', async () => {
      const { disk } = await bootMedia(chain.kind)
      const computed = await computedPcrs(scratch, chain, { version: '', variables: own.variables, disk })
      expect(readable(computed, codePcr, imaPcr)).to.deep.equal(readable(own.reports[1].pcrs, codePcr, imaPcr))
    })

    // Firmware may follow by one of its own, when it finds that it needs other memory than at its last start.
    it('counts each reset that the machine had', () => {
      for (const { resets } of [own, reference]) {
        expect(resets.counted).to.equal(resets.seen)
        expect(resets.seen).to.be.greaterThan(0)
      }
    })

    it('switches off', () => {
      expect(own.exitCode).to.equal(0)
    })
  })
}

async function bootTwice(
  scratch: ScratchGuests,
  { kind, ...attached }: Chain,
  start: (folder: string) => Promise<TpmBackend>,
): Promise<TwoBoots> {
  const folder = await scratch.folder()
  const tpm = await scratch.tpm(start(join(folder, 'tpm')))
  const order = { ...attached, media: await bootMedia(kind), memoryMiB, processors: 1 }
  const guest = await scratch.guest(order, join(folder, 'vm'), tpm)
  const first = await guest.booted()
  const [firstCount, firstSeen] = [await resetCount(guest), guest.resets]
  guest.reboot()
  const second = await guest.booted()
  const resets = { counted: (await resetCount(guest)) - firstCount, seen: guest.resets - firstSeen }
  return { reports: [first, second], resets, exitCode: await guest.powerOff(), variables: guest.variables }
}

async function computedPcrs(
  scratch: ScratchGuests,
  { kind }: Chain,
  firmware: Readonly<Record<string, unknown>>,
): Promise<PcrBanks> {
  const machine = { firmware, memoryMiB }
  const boot = await describedBoot(await writeDescription(await scratch.folder(), kind, await bootMedia(kind), machine))
  return replay(boot.log(banks))
}

async function resetCount(guest: Guest): Promise<number> {
  const { currentTime } = await new TpmClient(guest.transport()).run(ReadClock, {}, {})
  return currentTime.clockInfo.resetCount
}

/** A log as one line for each event: failures stay readable. */
function listed(bytes: Uint8Array): readonly string[] {
  return parseEventLog(bytes).events.map((event) => {
    const digests = [...event.digests].map(([id, digest]) => `${id}:${toHex(digest).slice(0, 16)}`)
    return [event.pcr, eventTypeName(event.untrustedType), ...digests, untrustedHint(event)].join(' ')
  })
}

function readable(
  banks: PcrBanks,
  ...without: readonly number[]
): Readonly<Record<number, Readonly<Record<number, string>>>> {
  return Object.fromEntries(
    [...banks].map(([id, bank]) => [
      id,
      Object.fromEntries(
        [...bank].filter(([pcr]) => !without.includes(pcr)).map(([pcr, value]) => [pcr, toHex(value)]),
      ),
    ]),
  )
}
