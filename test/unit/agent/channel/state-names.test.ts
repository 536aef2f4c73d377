import { expect } from 'chai'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { namesIn, stateFileIn, swtpmNames } from '../../../../agent/channel/state-names.ts'
import { scratchFolder } from './scratch.ts'

describe('names of state files', () => {
  for (const { lies, wanted, state } of [
    { lies: [], wanted: undefined, state: 'vtpm.state' },
    { lies: [], wanted: swtpmNames, state: 'tpm2-00.permall' },
    { lies: ['vtpm.state'], wanted: swtpmNames, state: 'vtpm.state' },
    { lies: ['tpm2-00.permall'], wanted: undefined, state: 'tpm2-00.permall' },
    { lies: ['vtpm.state', 'tpm2-00.permall'], wanted: undefined, state: 'vtpm.state' },
    { lies: ['vtpm.state', 'tpm2-00.permall'], wanted: swtpmNames, state: 'tpm2-00.permall' },
  ] as const)
    it(`are ${state} where ${lies.join(' and ') || 'nothing'} lies and ${wanted?.state ?? 'nothing'} is wanted`, () => {
      const folder = scratchFolder()
      for (const file of lies) writeFileSync(join(folder, file), '')
      expect(namesIn(folder, wanted).state).to.equal(state)
      expect(stateFileIn(folder, wanted)).to.equal(join(folder, state))
    })
})
