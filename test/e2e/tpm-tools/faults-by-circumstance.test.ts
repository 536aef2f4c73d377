import { expect } from 'chai'
import { SwtpmTransport } from '../../../agent/channel/index.ts'
import { commandTable } from '../../../agent/vtpm/commands/index.ts'
import type { Tpm } from '../../../agent/vtpm/index.ts'
import { toHex } from '../../../core/bytes/index.ts'
import { type AnyCommand, CC, describeResponseCode, RC, Startup, SU, TpmClient } from '../../../core/tpm/index.ts'
import { newTpm } from '../../conformance/tpm-bench.ts'
import { type NamedCommand, wrongHandles, wrongParameters, wrongSessions } from './faulty-commands.ts'
import { Scratch } from './scratch.ts'
import { startSwtpm } from './tpm-process.ts'
import { control } from './twin.ts'

/** Commands that look at the locality they come from. */
const local: ReadonlySet<number> = new Set([CC.PCR_Extend, CC.PCR_Event, CC.PCR_Reset, CC.Startup, CC.PCR_SetAuthValue])
const pcrs = Array.from({ length: 25 }, (_, pcr) => pcr)

describe('faulty commands in other circumstances are refused as swtpm refuses them', () => {
  const scratch = new Scratch()
  let ours: Tpm
  let reference: SwtpmTransport
  let controlPort: number

  before(async () => {
    const swtpm = await scratch.started(startSwtpm(scratch.folder()))
    controlPort = swtpm.port + 1
    ours = newTpm()
    reference = new SwtpmTransport({ kind: 'tcp', host: '127.0.0.1', port: swtpm.port })
  })

  after(() => {
    ours.powerOff()
    reference.close()
  })

  const commands: readonly AnyCommand[] = [...commandTable.values()].map((row) => row.command)
  const codeOf = (response: Uint8Array): string => {
    const rc = new DataView(response.buffer, response.byteOffset).getUint32(6)
    return rc === RC.success ? 'success' : describeResponseCode(rc)
  }

  async function differences(sent: readonly NamedCommand[], locality = 0): Promise<readonly string[]> {
    const found: string[] = []
    for (const [name, bytes] of sent) {
      const own = codeOf(await ours.execute(bytes.slice(), locality))
      const known = codeOf(await reference.transmit(bytes))
      if (own !== known) found.push(`${name}: ${own}, not ${known}, for ${toHex(bytes)}`)
    }
    return found
  }

  describe('before Startup', () => {
    for (const command of commands.filter(({ code }) => code !== CC.Startup))
      it(command.name, async () => {
        const faulty = [...wrongHandles(command), ...wrongSessions(command), ...wrongParameters(command)]
        expect(await differences(faulty)).to.deep.equal([])
      })
  })

  describe('from each locality', () => {
    before(async () => {
      for (const transmit of [
        async (command: Uint8Array) => ours.execute(command),
        (command: Uint8Array) => reference.transmit(command),
      ])
        await new TpmClient({ transmit }).run(Startup, {}, { startupType: SU.clear })
    })
    after(() => control(controlPort, '0000000500'))

    for (const locality of [0, 1, 2, 3, 4])
      it(`locality ${locality}`, async () => {
        expect(await control(controlPort, `00000005${locality.toString(16).padStart(2, '0')}`)).to.equal('00000000')
        const faulty = commands.filter(({ code }) => local.has(code)).flatMap((command) => wrongParameters(command))
        expect(await differences(faulty, locality)).to.deep.equal([])
        expect(await differences(pcrs.flatMap(extendAndReset), locality)).to.deep.equal([])
      })
  })
})

const word = (value: number): string => value.toString(16).padStart(8, '0')
const password = '00000009400000090000000000'
const framed = (name: string, code: number, pcr: number, parameters: string): NamedCommand => {
  const body = `${word(code)}${word(pcr)}${password}${parameters}`
  return [`${name} ${pcr}`, new Uint8Array(Buffer.from(`8002${word(6 + body.length / 2)}${body}`, 'hex'))]
}
const extendAndReset = (pcr: number): readonly NamedCommand[] => [
  framed('PCR_Extend', CC.PCR_Extend, pcr, `00000001000b${'11'.repeat(32)}`),
  framed('PCR_Event', CC.PCR_Event, pcr, '0003616263'),
  framed('PCR_Reset', CC.PCR_Reset, pcr, ''),
]
