import { median } from '../rounds.ts'
import type { Act, Contest } from './contest.ts'
import type { TpmUnderTest } from './tpm-under-test.ts'

/** One TPM doing one contest. */
interface Contestant {
  readonly tpm: TpmUnderTest
  readonly steps: Act
  readonly timesUs: number[]
}

/** Share of the rounds that runs before anything is counted: caches and compilers are warm then, on both sides. */
const warmUpShare = 0.1

/** The median of each TPM's rounds, in microseconds; the TPMs take turns, so that whatever else the machine does meets all alike. */
export async function measureContest(contest: Contest, tpms: readonly TpmUnderTest[]): Promise<readonly number[]> {
  const contestants: Contestant[] = []
  for (const tpm of tpms) contestants.push({ tpm, steps: await contest.prepare(tpm), timesUs: [] })
  const warmUpRounds = Math.ceil(contest.rounds * warmUpShare)
  for (let round = -warmUpRounds; round < contest.rounds; round++) {
    if (contest.restMs !== undefined && round >= 0) await rest(contest.restMs)
    for (const contestant of contestants) {
      const us = await timeUs(contestant)
      if (round >= 0) contestant.timesUs.push(us)
    }
  }
  for (const { steps } of contestants) await steps.end?.()
  return contestants.map(({ timesUs }) => median(timesUs))
}

async function timeUs({ tpm, steps }: Contestant): Promise<number> {
  const before = await steps.before?.()
  tpm.transport.lapUs()
  const done = await steps.act(before)
  const us = tpm.transport.lapUs()
  await steps.after?.(done)
  return us
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
