import { expect } from 'chai'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loggedByFirmware } from '../../../../agent/boot/index.ts'
import { BootFileError } from '../../../../core/boot/index.ts'
import { requestLimits } from '../../../../core/evidence/index.ts'

const tpm = { transport: { transmit: () => Promise.reject(new Error('nothing is measured')) } }

describe('logs that others wrote', () => {
  let folder: string
  const at = (name: string) => join(folder, name)
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bootlatch-logs-'))
    writeFileSync(at('firmware'), 'firmware')
    writeFileSync(at('userspace'), '')
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })
  const failure = (places: Parameters<typeof loggedByFirmware>[0]) =>
    loggedByFirmware(places)(tpm).then(
      () => undefined,
      (error: unknown) => error,
    )

  it('are read as they are, without a word to the TPM', async () => {
    const { eventLog, userspaceLog } = await loggedByFirmware({
      eventLog: at('firmware'),
      userspaceLog: at('userspace'),
    })(tpm)
    expect(new TextDecoder().decode(eventLog)).to.equal('firmware')
    expect(userspaceLog).to.have.length(0)
  })
  it('may be at most as large as a request takes, and the firmware’s not empty', async () => {
    const places = { eventLog: at('firmware'), userspaceLog: at('userspace') }
    truncateSync(at('userspace'), requestLimits.userspaceLogBytes + 1)
    expect(await failure(places)).to.be.instanceOf(BootFileError)
    truncateSync(at('userspace'), requestLimits.userspaceLogBytes)
    expect(await failure(places)).to.equal(undefined)
    truncateSync(at('firmware'), requestLimits.eventLogBytes + 1)
    expect(await failure(places)).to.be.instanceOf(BootFileError)
    truncateSync(at('firmware'), 0)
    expect(await failure(places)).to.be.instanceOf(BootFileError)
  })
  it('have to be there where they were named', async () => {
    for (const places of [
      { eventLog: at('none'), userspaceLog: at('userspace') },
      { eventLog: at('firmware'), userspaceLog: at('none') },
    ])
      expect(await failure(places)).to.include({ code: 'ENOENT' })
  })
})
