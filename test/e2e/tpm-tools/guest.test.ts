import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fromHex } from '../../../core/bytes/index.ts'
import { PassingClient, socketPair } from '../../unit/agent/channel/passing-client.ts'
import { Guest } from './guest.ts'
import { Scratch } from './scratch.ts'
import { firstLine, newTpmFolder, spawnAgent, TpmProcess } from './tpm-process.ts'

const setDataFd = '00000010'
/** TPM2_PCR_Read of PCRs 0 to 7 of one bank. */
const readPcrs = (bank: string): string => `8001000000140000017e00000001${bank}03ff0000`
const answerBytes = { '000b': 10 + 4 + 10 + 4 + 8 * 34, '0004': 10 + 4 + 10 + 4 + 8 * 22 } as const
/** The answer's PCR update counter counts what a TPM did before this boot as well. */
const counterAt = { from: 20, to: 28 } as const

describe('a virtual machine of QEMU', () => {
  const scratch = new Scratch()

  async function ours(folder: string): Promise<{ readonly tpm: TpmProcess; readonly control: string }> {
    newTpmFolder(folder)
    const control = join(folder, 'control')
    const child = spawnAgent(
      ['tpm', 'serve', '--state', join(folder, 'state'), '--state-key-file', join(folder, 'key')],
      ['--data', `unix:${join(folder, 'data')}`, '--control', `unix:${control}`],
    )
    const tpm = await scratch.started(firstLine(child).then((line) => new TpmProcess(0, child, line)))
    return { tpm, control }
  }

  async function swtpm(folder: string): Promise<{ readonly tpm: TpmProcess; readonly control: string }> {
    const control = join(folder, 'control')
    const options = ['--tpmstate', `dir=${folder}`, '--ctrl', `type=unixio,path=${control}`, '--flags', 'startup-clear']
    const child = spawn('swtpm', ['socket', '--tpm2', ...options], { stdio: 'ignore' })
    const tpm = await scratch.started(Promise.resolve(new TpmProcess(0, child, '')))
    while (!existsSync(control)) {
      if (!tpm.running) throw new Error('swtpm ended')
      await new Promise(setImmediate)
    }
    return { tpm, control }
  }

  /** What the TPM answers to one who takes over from a machine that was cut off. */
  async function pcrsBehind(control: string, folder: string): Promise<readonly string[]> {
    const client = await PassingClient.to({ kind: 'unix', path: control })
    let { kept, passed } = await socketPair(join(folder, 'pair'))
    await client.pass(setDataFd, passed)
    while ((await client.receive(4)) !== '00000000') {
      ;({ kept, passed } = await socketPair(join(folder, 'pair')))
      await client.pass(setDataFd, passed)
    }
    const answers: string[] = []
    for (const [bank, size] of Object.entries(answerBytes)) {
      const answer = await kept.ask(fromHex(readPcrs(bank)), size)
      answers.push(answer.slice(0, counterAt.from) + answer.slice(counterAt.to))
    }
    kept.close()
    client.close()
    return answers
  }

  for (const device of ['tpm-crb', 'tpm-tis']) {
    it(`leaves in the PCRs behind ${device} what it leaves in those of swtpm`, async () => {
      const pcrs: (readonly string[])[] = []
      for (const start of [ours, swtpm]) {
        const folder = scratch.folder()
        const { control } = await start(folder)
        const guest = new Guest(folder, device, control)
        try {
          await guest.booted(1)
        } finally {
          await guest.ended('SIGKILL')
        }
        pcrs.push(await pcrsBehind(control, folder))
      }
      const [own, reference] = pcrs
      expect(own).to.deep.equal(reference)
      expect(own?.[0]).to.not.include('00'.repeat(32))
    })

    it(`resets its TPM behind ${device}, and ends it with itself`, async () => {
      const folder = scratch.folder()
      const { tpm, control } = await ours(folder)
      const guest = new Guest(folder, device, control)
      try {
        await guest.booted(1)
        await guest.tell('system_reset')
        await guest.booted(2)
        await guest.tell('quit')
        expect(await guest.ended()).to.equal(0)
      } finally {
        await guest.ended('SIGKILL')
      }
      if (tpm.running) await once(tpm.child, 'exit')
      expect(tpm.child.exitCode).to.equal(0)
    })
  }
})
