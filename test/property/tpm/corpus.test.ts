import { expect } from 'chai'
import { join } from 'node:path'
import { RC } from '../../../core/tpm/index.ts'
import { Corpus } from '../../fuzz/corpus.ts'
import { startNewTpm } from '../../fuzz/new-tpm.ts'

describe('commands that fuzzing kept', () => {
  it('are answered in good form, one after the other and each on a new TPM', async () => {
    const { commands } = new Corpus(join(import.meta.dirname, '../../fuzz/corpus'))
    expect(commands).to.not.be.empty
    const old = await startNewTpm()
    for (const command of commands) {
      for (const { tpm } of [old, await startNewTpm()]) {
        const response = await tpm.execute(command.slice())
        const view = new DataView(response.buffer, response.byteOffset, response.length)
        expect(view.getUint32(2)).to.equal(response.length)
        expect(view.getUint32(6)).to.not.equal(RC.failure)
      }
    }
  })
})
