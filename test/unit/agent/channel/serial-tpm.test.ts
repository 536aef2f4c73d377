import { expect } from 'chai'
import { SerialTpm } from '../../../../agent/channel/serial-tpm.ts'
import { commandBytes, failure, longCommand, RecordingTpm } from './recording-tpm.ts'

const cheap = commandBytes(0x17b)
const executed = {
  cheap: 'execute 80010000000a0000017b 0',
  long: 'execute 80010000000a00000173 0',
}

describe('serial TPM', () => {
  function poweredTpm(): { raw: RecordingTpm; tpm: SerialTpm } {
    const raw = new RecordingTpm()
    raw.powered = true
    return { raw, tpm: new SerialTpm(raw) }
  }

  it('answers a cheap command without a promise', () => {
    expect(poweredTpm().tpm.execute(cheap, 0)).to.deep.equal(cheap)
  })

  it('lets a command wait for the one that runs', async () => {
    const { raw, tpm } = poweredTpm()
    const answers = [longCommand, cheap, cheap].map(async (command) => tpm.execute(command, 0))
    expect(raw.asked).to.deep.equal([executed.long])
    raw.finish()
    expect(await Promise.all(answers)).to.deep.equal([longCommand, cheap, cheap])
    expect(raw.asked).to.deep.equal([executed.long, 'finished', executed.cheap, executed.cheap])
    expect(tpm.execute(cheap, 0)).to.deep.equal(cheap)
  })

  it('goes on after an operation that threw', async () => {
    const { raw, tpm } = poweredTpm()
    const first = tpm.execute(longCommand, 0)
    const broken = Promise.resolve(
      tpm.inTurn(() => {
        throw new Error('broken')
      }),
    ).then(
      () => 'done',
      () => 'thrown',
    )
    raw.finish()
    await first
    expect(await broken).to.equal('thrown')
    expect(await tpm.execute(cheap, 0)).to.deep.equal(cheap)
  })

  it('cancels the command that runs, not the one that waits', async () => {
    const { raw, tpm } = poweredTpm()
    const answers = [longCommand, cheap].map(async (command) => tpm.execute(command, 0))
    tpm.cancel()
    await Promise.all(answers)
    expect(raw.asked).to.deep.equal([executed.long, 'cancel', 'finished', executed.cheap])
  })

  it('takes power away at once; what waited meets a TPM without power', async () => {
    const { raw, tpm } = poweredTpm()
    const answers = [longCommand, cheap].map(async (command) => tpm.execute(command, 0))
    await tpm.powerOff()
    expect(await Promise.all(answers)).to.deep.equal([failure, failure])
    expect(raw.asked).to.deep.equal([executed.long, 'powerOff', 'finished', executed.cheap])
  })

  it('gives power back after the command that was cut off let go', async () => {
    const { raw, tpm } = poweredTpm()
    const cut = tpm.execute(longCommand, 0)
    await tpm.reset()
    expect(await cut).to.deep.equal(failure)
    expect(raw.asked).to.deep.equal([executed.long, 'powerOff', 'finished', 'powerOn'])
    expect(tpm.powered).to.equal(true)
  })

  it('does not reset a TPM that is on when power is given again', async () => {
    const { raw, tpm } = poweredTpm()
    await tpm.powerOn()
    expect(raw.asked).to.deep.equal([])
  })
})
