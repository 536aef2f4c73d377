import { expect } from 'chai'
import { patient } from '../../../../agent/boot/patient-transport.ts'
import { Writer } from '../../../../core/bytes/index.ts'
import { RC, ST } from '../../../../core/tpm/index.ts'

const response = (code: number) => new Writer().u16(ST.noSessions).u32(10).u32(code).done()
const command = Uint8Array.of(1)

/** A TPM with these answers, and how often it was asked. */
function answering(...codes: readonly number[]) {
  const asked: Uint8Array[] = []
  return {
    asked,
    transmit(bytes: Uint8Array) {
      asked.push(bytes)
      return Promise.resolve(response(codes[asked.length - 1] ?? codes.at(-1) ?? 0))
    },
  }
}

describe('patient', () => {
  it('gives the same command again where it was not begun', async () => {
    const tpm = answering(RC.retry, RC.yielded, RC.testing, RC.success)
    expect(await patient(tpm).transmit(command)).to.deep.equal(response(RC.success))
    expect(tpm.asked).to.deep.equal([command, command, command, command])
  })
  it('passes on every other answer, and what is none', async () => {
    for (const code of [RC.success, RC.lockout, RC.initialize]) {
      const tpm = answering(code)
      expect(await patient(tpm).transmit(command)).to.deep.equal(response(code))
      expect(tpm.asked).to.have.length(1)
    }
    const short = { transmit: () => Promise.resolve(Uint8Array.of(0x80)) }
    expect(await patient(short).transmit(command)).to.deep.equal(Uint8Array.of(0x80))
  })
})
