import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromHex, toHex } from '../../../core/bytes/index.ts'
import { newTpm } from '../../conformance/tpm-bench.ts'
import { noteAnswer } from './covered.ts'
import { FreshSwtpm } from './fresh-swtpm.ts'
import { Scratch } from './scratch.ts'
import { startSwtpm } from './tpm-process.ts'

const folder = join(import.meta.dirname, '../../streams')
const commandsOf = (name: string): readonly Uint8Array[] =>
  readFileSync(join(folder, `${name}.hex`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map(fromHex)

const codeAt = 6
const headerBytes = 10
const hexOf = (bytes: Uint8Array, from: number, to: number): string => toHex(bytes.slice(from, to))
/** What a TPM tells of itself, its clock, dice and tests, and its blobs: of these answers only the response code is compared. */
const own = new Set([
  '0000017a',
  '00000142',
  '00000162',
  '0000017b',
  '00000181',
  '00000131',
  '00000153',
  '00000157',
  '00000158',
  '0000017d',
])

describe('captured streams of commands', () => {
  const scratch = new Scratch()
  let swtpm: FreshSwtpm

  before(async () => {
    swtpm = await FreshSwtpm.over(await scratch.started(startSwtpm(scratch.folder())))
  })

  after(() => {
    swtpm.close()
  })

  for (const name of ['seabios', 'ovmf', 'tpm2-tools']) {
    it(`${name}: answered as by swtpm`, async () => {
      await swtpm.powerCycle()
      const tpm = newTpm()
      for (const [at, command] of commandsOf(name).entries()) {
        const answer = await tpm.execute(command.slice())
        const reference = await swtpm.transmit(command)
        noteAnswer(command, reference)
        const told = `command ${at + 1}: ${toHex(command)}`
        expect(hexOf(answer, codeAt, headerBytes), told).to.equal(hexOf(reference, codeAt, headerBytes))
        if (!own.has(hexOf(command, codeAt, headerBytes))) expect(answer.length, told).to.equal(reference.length)
      }
      tpm.powerOff()
    })
  }
})
