import { expect } from 'chai'
import { defaultProfile } from '../../../../agent/vtpm/index.ts'
import type { RsaWork } from '../../../../agent/vtpm/keys/rsa-work.ts'
import { manufacturedState } from '../../../../agent/vtpm/state/persistent-state.ts'
import { TpmState } from '../../../../agent/vtpm/state/tpm-state.ts'
import { decodeVolatileState, encodeVolatileState } from '../../../../agent/vtpm/state/volatile-state.ts'
import { MemoryStorage } from '../../../../agent/vtpm/storage/memory-storage.ts'
import { WireError } from '../../../../core/bytes/index.ts'
import { ALG } from '../../../../core/tpm/index.ts'
import { random } from './bench.ts'

const persistent = manufacturedState(random)
const newState = (changes: Partial<typeof persistent> = {}): TpmState =>
  new TpmState(
    {
      storage: new MemoryStorage(),
      random,
      nonces: { draw: random },
      clock: () => 5,
      profile: defaultProfile,
      work: {} as RsaWork,
    },
    { ...persistent, ...changes },
  )
const moved = (from: TpmState, to = newState()): TpmState => {
  decodeVolatileState(to, encodeVolatileState(from, undefined))
  return to
}

describe('the volatile state', () => {
  it('takes along all that belongs to a TPM Reset', () => {
    const tpm = newState()
    tpm.isStarted = true
    const odd = Uint8Array.of(1, 2, 3)
    tpm.reset = {
      ...Object.fromEntries(
        Object.entries(tpm.reset).map(([name, value]) => {
          if (typeof value === 'boolean') return [name, !value]
          if (typeof value === 'number') return [name, value + 3]
          if (typeof value === 'bigint') return [name, value + 3n]
          return [name, value instanceof Uint8Array && value.length === 0 ? odd : value]
        }),
      ),
      commits: { ...tpm.reset.commits, counter: 3n, open: 5n },
      platformPolicy: { hash: ALG.sha256, digest: new Uint8Array(32).fill(7) },
    } as typeof tpm.reset
    expect(moved(tpm).reset).to.deep.equal(tpm.reset)
  })

  it('takes along every member that a power cycle changes', () => {
    const constant = ['nonces', 'profile', 'random', 'work']
    const carried = [
      ...['clock', 'exclusiveSession', 'failure', 'hasHcrtm', 'healing', 'isReallocated', 'isStarted'],
      ...['pcrs', 'sessions', 'slots', 'startLocality', 'timeEpoch', 'untested', 'wasOrderly'],
    ]
    const tpm = newState()
    expect(Object.keys(tpm).sort()).to.deep.equal([...constant, ...carried].sort())
    tpm.isStarted = true
    tpm.startLocality = 3
    tpm.isReallocated = true
    tpm.hasHcrtm = true
    tpm.wasOrderly = false
    tpm.exclusiveSession = 0x02000001
    tpm.untested = [ALG.rsa]
    tpm.healing = { triesFrom: 5n, lockoutFrom: 6n }
    tpm.pcrs.set(ALG.sha384, 23, new Uint8Array(48).fill(9))
    const other = moved(tpm)
    for (const name of [
      'isStarted',
      'startLocality',
      'isReallocated',
      'hasHcrtm',
      'wasOrderly',
      'exclusiveSession',
      'healing',
      'timeEpoch',
      'untested',
    ] as const)
      expect(other[name], name).to.deep.equal(tpm[name])
    expect(other.pcrs.value(ALG.sha384, 23)).to.deep.equal(tpm.pcrs.value(ALG.sha384, 23))
    expect(other.clock.state).to.deep.equal(tpm.clock.state)
  })

  for (const changes of [{ totalResetCount: 9n }, { restartCount: 9 }])
    it(`is refused where the permanent state has another ${Object.keys(changes).join()}`, () => {
      expect(() => moved(newState(), newState(changes))).to.throw(WireError)
    })
})
