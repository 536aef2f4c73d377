import { median } from '../rounds.ts'
import type { Act, Contest } from './contest.ts'
import type { Arrangement } from './pin.ts'
import type { TpmUnderTest } from './tpm-under-test.ts'

/** One TPM doing one contest. */
interface Contestant {
  readonly tpm: TpmUnderTest
  readonly steps: Act
  readonly timesUs: number[]
}

/** Medians of the rounds of one TPM, in microseconds. */
export interface Times {
  readonly us: number
  /** Of the first hundred rounds, the warm-up's among them. */
  readonly firstUs: number
}

/** Share of the rounds that runs before anything is counted: caches and compilers are warm then, on both sides. */
const warmUpShare = 0.1
const firstRounds = 100
/** With fewer rounds each is a turn of its own. */
const manyEnough = 100

/** What each TPM takes; the TPMs take turns, so that whatever else the machine does meets all alike. */
export async function measureContest(
  contest: Contest,
  tpms: readonly TpmUnderTest[],
  { inRow, pauseMs }: Pick<Arrangement, 'inRow' | 'pauseMs'>,
): Promise<readonly Times[]> {
  const contestants: Contestant[] = []
  for (const tpm of tpms) contestants.push({ tpm, steps: await contest.prepare(tpm), timesUs: [] })
  const { rounds, warmUpRounds = Math.ceil(rounds * warmUpShare), restMs } = contest
  const roundsInTurn = restMs === undefined && rounds >= manyEnough ? inRow : 1
  for (let round = -warmUpRounds; round < rounds; round += roundsInTurn) {
    if (restMs !== undefined && round >= 0) await rest(restMs)
    for (const contestant of contestants) {
      await rest(pauseMs)
      for (let turn = 0; turn < roundsInTurn; turn++) contestant.timesUs.push(await timeUs(contestant))
    }
  }
  for (const { steps } of contestants) await steps.end?.()
  return contestants.map(({ timesUs }) => ({
    us: median(timesUs.slice(warmUpRounds)),
    firstUs: median(timesUs.slice(0, firstRounds)),
  }))
}

async function timeUs({ tpm, steps }: Contestant): Promise<number> {
  const before = await steps.before?.()
  tpm.transport.lapUs()
  const done = await steps.act(before)
  const us = tpm.transport.lapUs()
  await steps.after?.(done)
  return us
}

const rest = async (ms: number): Promise<void> => {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
}
