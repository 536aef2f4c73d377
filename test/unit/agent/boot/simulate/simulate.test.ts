import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { fromHex } from '../../../../../core/bytes/index.ts'
import { parseEventLog } from '../../../../../core/eventlog/index.ts'
import { ALG, TpmClient } from '../../../../../core/tpm/index.ts'
import {
  activeBanks,
  readPcrs,
  runBootTests,
  simulate,
  simulatedTpm,
  verifySimulated,
  withEvents,
  type CaseResult,
} from '../../../../../agent/boot/index.ts'
import { recordedLog, recordedPcrs } from '../../../../vectors/vectors.ts'

const boot = simulate(parseEventLog(recordedLog('uki-secureboot')))

describe('simulate', () => {
  it('gives evidence that verifies, of what the log says', () => {
    expect(verifySimulated(boot).boot.secureBoot).to.equal('on')
    const shorter = withEvents(boot, (events) => events.slice(0, -1))
    expect(verifySimulated(shorter).log.events).to.have.length(boot.log.events.length - 1)
  })
  it('gives a TPM that holds the values of the boot, for any client', async () => {
    const { transport, tpm } = await simulatedTpm(boot)
    const client = new TpmClient(transport)
    const banks = await readPcrs(client, await activeBanks(client))
    for (const [pcr, value] of Object.entries(recordedPcrs('uki-secureboot')['sha256'] ?? {}))
      if (Number(pcr) !== 10) expect(banks.get(ALG.sha256)?.get(Number(pcr)), pcr).to.deep.equal(fromHex(value))
    tpm.powerOff()
  })
})

describe('runBootTests', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bootlatch-simulate-'))
    writeFileSync(join(folder, 'boot.bin'), recordedLog('uki'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })
  const run = async (text: string): Promise<readonly CaseResult[]> => {
    const path = join(folder, 'tests.yaml')
    writeFileSync(path, text)
    const results: CaseResult[] = []
    for await (const result of runBootTests(path)) results.push(result)
    return results
  }
  const refusal = async (text: string): Promise<string> => {
    try {
      await run(text)
    } catch (error) {
      return (error as Error).message
    }
    return 'nothing'
  }
  const head = 'kind: BootTests\nboot: boot.bin\ncases:\n'

  it('says what came out in the place of what was expected', async () => {
    const [kernel, good] = await run(
      `${head}  - name: kernel\n    change: [{ replace: { event: 25, measured: x } }]\n    expect: { outcome: allow }\n  - name: good\n    expect: { outcome: allow, reasons: [pcr/value] }\n`,
    )
    expect(kernel).to.include({ name: 'kernel', passed: false, outcome: 'deny' })
    expect(kernel?.problem).to.equal('expected allow, but it was deny by component/digest')
    expect(kernel?.reasons.some(({ passed }) => !passed)).to.equal(true)
    expect(good?.problem).to.equal('expected allow by pcr/value, but it was allow')
  })

  for (const [what, text, says] of [
    ['an unknown key', `${head}  - name: a\n    expects: {}\n`, /tests\.yaml:5:5: .*expects/],
    [
      'an unknown change',
      `${head}  - name: a\n    change: [{ burn: 3 }]\n    expect: { outcome: deny }\n`,
      /tests\.yaml:5:.*burn/,
    ],
    [
      'two changes in one',
      `${head}  - name: a\n    change: [{ repeat: 3, remove: [4] }]\n    expect: { outcome: deny }\n`,
      /one change/,
    ],
    [
      'an event there is not',
      `${head}  - name: a\n    change: [{ repeat: 99 }]\n    expect: { outcome: deny }\n`,
      /no event 99/,
    ],
    ['no cases', 'kind: BootTests\nboot: boot.bin\ncases: []\n', /tests\.yaml:3/],
    ['no boot', 'kind: BootTests\ncases:\n  - name: a\n    expect: { outcome: deny }\n', /"a" names no boot/],
    [
      'a boot that is not there',
      head.replace('boot.bin', 'no.bin') + '  - name: a\n    expect: { outcome: deny }\n',
      /no\.bin/,
    ],
  ] as const)
    it(`refuses ${what}`, async () => {
      expect(await refusal(text)).to.match(says)
    })
})
