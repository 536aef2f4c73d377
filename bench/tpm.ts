/** The emulated TPM against swtpm: processes of their own, the same client, sockets alike. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newTpmFolder, serveTpm, startSwtpm, type TpmProcess } from '../test/e2e/tpm-tools/tpm-process.ts'
import type { Contest } from './tpm/contest.ts'
import { cheapContests } from './tpm/contests/cheap.ts'
import { keyContests } from './tpm/contests/keys.ts'
import { nvContests } from './tpm/contests/nv.ts'
import { objectContests } from './tpm/contests/objects.ts'
import { unlockContest } from './tpm/contests/unlock.ts'
import { measureContest } from './tpm/measure-contest.ts'
import { apart, type Arrangement, pin, together } from './tpm/pin.ts'
import { type Line, lineOf, printReport, type Report, reportOf } from './tpm/report.ts'
import { TpmUnderTest } from './tpm/tpm-under-test.ts'

const contests: readonly Contest[] = [...cheapContests, ...objectContests, ...keyContests, ...nvContests, unlockContest]

/** Prints and returns p50 of each command; `which` keeps the contests whose name it is in. */
export async function benchTpm(which = ''): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'bootlatch-bench-'))
  const processes: TpmProcess[] = []
  const start = async (name: string, begin: (folder: string) => Promise<TpmProcess>): Promise<TpmUnderTest> => {
    const own = join(folder, name)
    mkdirSync(own)
    const process = await begin(own)
    processes.push(process)
    return TpmUnderTest.at(process.port)
  }
  const measure = (contest: Contest, tpms: readonly TpmUnderTest[], arrangement: Arrangement) => {
    pin(process.pid, arrangement.clientCpu)
    for (const { child } of processes) pin(child.pid, arrangement.tpmCpu)
    return measureContest(contest, tpms, arrangement)
  }
  try {
    const ours = await start('ours', (own) => serve(own))
    const unsynced = await start('unsynced', (own) => serve(own, '--no-fsync'))
    const theirs = await start('swtpm', startSwtpm)
    const lines: Line[] = []
    for (const contest of contests.filter(({ name }) => name.includes(which))) {
      const tpms = [contest.isUnsynced === true ? unsynced : ours, theirs]
      const alone = await measure(contest, tpms, apart)
      const beside = await measure(contest, tpms, together)
      const [mine, reference] = alone.flatMap((times, at) => {
        const other = beside[at]
        return other === undefined ? [] : [{ apart: times, together: other }]
      })
      if (mine !== undefined && reference !== undefined) lines.push(lineOf(contest, mine, reference))
    }
    for (const tpm of [ours, unsynced, theirs]) tpm.close()
    const report = reportOf(
      'TPM commands over the socket: p50 of ten in a row with client and TPM on a CPU each, and ratios Bootlatch / swtpm',
      lines,
    )
    printReport(report)
    return report
  } finally {
    for (const process of processes) await process.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
}

function serve(folder: string, ...options: readonly string[]): Promise<TpmProcess> {
  newTpmFolder(folder)
  return serveTpm(folder, ...options)
}
