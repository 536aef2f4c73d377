import { expect } from 'chai'
import { EvidenceError } from '../../../../core/evidence/index.ts'
import { compareClocks } from '../../../../core/evidence/tpm-clock.ts'

const last = { clock: 5000n, resetCount: 7, restartCount: 2, safe: 1 }
type Clock = Partial<typeof last>

function judge(now: Clock, before: Clock = {}): string {
  try {
    return compareClocks({ ...last, ...before }, { ...last, ...now })
  } catch (error) {
    if (error instanceof EvidenceError && error.problem === 'clock') return error.detail
    throw error
  }
}

describe('compareClocks', () => {
  const rows: readonly (readonly [now: Clock, verdict: string])[] = [
    [{}, 'onwards'],
    [{ clock: 5001n }, 'onwards'],
    [{ restartCount: 3, clock: 5000n }, 'onwards'],
    [{ resetCount: 8, restartCount: 0, clock: 0n }, 'onwards'],
    [{ clock: 4999n, safe: 0 }, 'onwards'],
    [{ clock: 4999n }, 'the clock fell from 5000 to 4999 ms'],
    [{ restartCount: 1 }, 'restartCount fell from 2 to 1'],
    [{ restartCount: 1, safe: 0 }, 'restartCount fell from 2 to 1'],
    [{ restartCount: 3, clock: 4999n }, 'the clock fell from 5000 to 4999 ms'],
    [{ resetCount: 6, restartCount: 9, clock: 9000n }, 'resetCount fell from 7 to 6'],
    [{ resetCount: 1, restartCount: 0, clock: 1n }, 'resetCount fell from 7 to 1'],
    [{ resetCount: 0, restartCount: 1, clock: 1n }, 'resetCount fell from 7 to 0'],
    [{ resetCount: 0, restartCount: 0, clock: 5001n }, 'resetCount fell from 7 to 0'],
    [{ resetCount: 0, restartCount: 0, clock: 5000n }, 'cleared'],
    [{ resetCount: 0, restartCount: 0, clock: 0n }, 'cleared'],
  ]
  for (const [now, verdict] of rows)
    it(`says "${verdict}" of ${show(now)} after ${show(last)}`, () => {
      expect(judge(now)).to.equal(verdict)
    })

  it('does not take a TPM that never was reset for a cleared one', () => {
    expect(judge({ resetCount: 0, restartCount: 0 }, { resetCount: 0, restartCount: 0 })).to.equal('onwards')
    expect(judge({ resetCount: 0, restartCount: 0, clock: 1n }, { resetCount: 0, restartCount: 0 })).to.equal(
      'the clock fell from 5000 to 1 ms',
    )
  })
})

function show(clock: Clock): string {
  return Object.entries(clock)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}
