import { expect } from 'chai'
import { LazyTpm, type OpenTpm } from '../../../../agent/host/lazy-tpm.ts'
import { Share, Turns } from '../../../../agent/host/share.ts'
import { toHex } from '../../../../core/bytes/index.ts'
import { commandBytes, failure, RecordingTpm } from '../channel/recording-tpm.ts'

const cheap = commandBytes(0x17b, 0, 8)

/** A TPM in a folder, so to say: how often it is open, and what was done with its state. */
class Stored {
  readonly heard: string[] = []
  raw = new RecordingTpm() as RecordingTpm & { failure: unknown }
  opened = 0
  closed = 0
  fault: Error | undefined
  closeFault: Error | undefined
  /** Opening waits for it. */
  gate: Promise<void> = Promise.resolve()
  nowMs = 0

  readonly tpm = new LazyTpm(() => this.#open(), new Share(new Turns(), () => this.nowMs, { commandsPerSecond: 0 }), {
    poweredOn: () => this.heard.push('on'),
    poweredOff: () => this.heard.push('off'),
    failed: (error) => this.heard.push(`failed: ${String(error)}`),
    unusable: (error) => this.heard.push(`unusable: ${String(error)}`),
  })

  async #open(): Promise<OpenTpm> {
    this.opened += 1
    await this.gate
    if (this.fault !== undefined) throw this.fault
    const raw = (this.raw = Object.assign(new RecordingTpm(), { failure: undefined }))
    return {
      tpm: raw,
      mover: {
        take: (kind) => commandBytes(kind.length),
        put: (kind) => {
          raw.asked.push(`put ${kind}`)
        },
        store: () => true,
        powerOn: ({ forgetStored = false } = {}) => {
          raw.powerOn()
          if (forgetStored) raw.asked.push('forget')
        },
      },
      close: () => {
        this.closed += 1
        return this.closeFault === undefined ? Promise.resolve() : Promise.reject(this.closeFault)
      },
    }
  }
}

describe('a lazy TPM', () => {
  let stored: Stored

  beforeEach(() => {
    stored = new Stored()
  })
  const execute = async (): Promise<string> => toHex(await stored.tpm.execute(cheap, 0))

  it('outlives a state that cannot be closed, and opens it again', async () => {
    await stored.tpm.powerOn()
    stored.closeFault = new Error('EIO')
    await stored.tpm.release()
    stored.closeFault = undefined
    await stored.tpm.powerOn()
    stored.closeFault = new Error('EIO')
    stored.tpm.powerOff()
    await new Promise(setImmediate)
    expect(stored.heard).to.deep.equal(['on', 'off', 'unusable: Error: EIO', 'on', 'off', 'unusable: Error: EIO'])
  })

  it('is not in memory before it has power, nor after', async () => {
    expect([stored.opened, stored.tpm.powered]).to.deep.equal([0, false])
    await stored.tpm.powerOn({ forgetStored: true })
    expect(stored.raw.asked).to.deep.equal(['powerOn', 'forget'])
    stored.tpm.powerOff()
    expect([stored.opened, stored.closed, stored.tpm.powered]).to.deep.equal([1, 1, false])
    expect(stored.heard).to.deep.equal(['on', 'off'])
  })

  it('gets power with the first command, but not with one after power off', async () => {
    expect(await execute()).to.equal(toHex(cheap))
    stored.tpm.powerOff()
    expect(await execute()).to.equal(toHex(failure))
    expect(stored.opened).to.equal(1)
  })

  it('gets power with the first command of the next machine', async () => {
    await execute()
    await stored.tpm.release()
    expect(await execute()).to.equal(toHex(cheap))
    expect([stored.opened, stored.closed]).to.deep.equal([2, 1])
  })

  it('answers a cheap command without a promise', async () => {
    await stored.tpm.powerOn()
    expect(stored.tpm.execute(cheap, 3)).to.equal(cheap)
    expect(stored.raw.asked.at(-1)).to.equal(`execute ${toHex(cheap)} 3`)
    expect(stored.tpm.commands).to.equal(1)
  })

  it('lets others go first when it has spent its part of a turn', async () => {
    await stored.tpm.powerOn()
    stored.raw.execute = (command) => {
      stored.nowMs += 1
      return command
    }
    expect(stored.tpm.execute(cheap, 0)).to.equal(cheap)
    const later = stored.tpm.execute(cheap, 0)
    expect(stored.tpm.commands).to.equal(1)
    expect(await later).to.equal(cheap)
    expect(stored.tpm.commands).to.equal(2)
  })

  it('stays off where power goes while the state is being fetched', async () => {
    let open = (): void => undefined
    stored.gate = new Promise((resolve) => (open = resolve))
    const on = stored.tpm.powerOn()
    stored.tpm.powerOff()
    open()
    await on
    expect(stored.tpm.powered).to.equal(false)
    expect(stored.heard).to.deep.equal([])
    await stored.tpm.release()
    expect(stored.closed).to.equal(1)
  })

  it('says why it cannot be given power, and tries again', async () => {
    stored.fault = new Error('torn')
    for (const attempt of [() => stored.tpm.powerOn(), execute])
      expect(await attempt().then(String, String)).to.equal('Error: torn')
    expect(stored.heard).to.deep.equal(['unusable: Error: torn', 'unusable: Error: torn'])
    stored.fault = undefined
    expect(await execute()).to.equal(toHex(cheap))
  })

  it('tells of failure mode once for each power-on', async () => {
    await stored.tpm.powerOn()
    stored.raw.failure = new Error('ours')
    await execute()
    await execute()
    expect(stored.tpm.inFailureMode).to.equal(true)
    stored.tpm.powerOff()
    await stored.tpm.powerOn()
    expect(stored.tpm.inFailureMode).to.equal(false)
    stored.raw.failure = new Error('again')
    await execute()
    expect(stored.heard).to.deep.equal(['on', 'failed: Error: ours', 'off', 'on', 'failed: Error: again'])
  })

  it('keeps a blob that comes before the power', async () => {
    await stored.tpm.put('permanent', cheap)
    await stored.tpm.put('volatile', cheap)
    stored.tpm.powerOff()
    await stored.tpm.powerOn()
    expect(stored.raw.asked).to.deep.equal(['put permanent', 'put volatile', 'powerOn'])
    expect(stored.opened).to.equal(1)
    expect(await stored.tpm.take('volatile')).to.deep.equal(commandBytes('volatile'.length))
    expect(await stored.tpm.store()).to.equal(true)
  })

  it('passes its pins on, and has none without power', async () => {
    stored.tpm.hashStart(4)
    stored.tpm.cancel()
    expect([stored.tpm.tpmEstablished, await stored.tpm.store()]).to.deep.equal([false, false])
    await stored.tpm.powerOn()
    stored.tpm.hashStart(4)
    stored.tpm.hashData(Uint8Array.of(0xaa))
    stored.tpm.hashEnd(4)
    expect(stored.tpm.tpmEstablished).to.equal(true)
    stored.tpm.resetEstablished(3)
    stored.tpm.cancel()
    const pins = ['hashStart 4', 'hashData aa', 'hashEnd 4', 'resetEstablished 3', 'cancel']
    expect(stored.raw.asked).to.deep.equal(['powerOn', ...pins])
  })
})
