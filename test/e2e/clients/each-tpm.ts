import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newTpmFolder, serveTpm, startSwtpm, type TpmProcess } from '../tpm-tools/tpm-process.ts'
import { Programs } from './programs.ts'

/** A TPM that is started up, and programs that find it. */
export interface ClientBench {
  readonly tpm: TpmProcess
  /** How libtss2 finds it. */
  readonly tcti: string
  readonly programs: Programs
}

const servers: readonly (readonly [string, (folder: string) => Promise<TpmProcess>])[] = [
  [
    'bootlatch-agent tpm serve',
    (folder) => {
      newTpmFolder(folder)
      return serveTpm(folder)
    },
  ],
  ['swtpm', startSwtpm],
]

/** The same tests on our TPM and on swtpm: what the reference does not pass is no fault of ours. */
export function onEachTpm(client: string, define: (bench: () => ClientBench) => void): void {
  for (const [name, start] of servers) {
    describe(`${client} on ${name}`, () => {
      let bench: ClientBench | undefined

      before(async () => {
        bench = await startBench(start)
      })

      after(async () => {
        if (bench !== undefined) await endBench(bench)
      })

      afterEach(async () => {
        if (bench !== undefined) await forgetLoaded(bench.programs)
      })

      define(() => {
        if (bench === undefined) throw new Error('the TPM is not started')
        return bench
      })
    })
  }
}

/** Both beside each other, for tests that hold their answers against each other. */
export async function startBoth(): Promise<readonly ClientBench[]> {
  const started: ClientBench[] = []
  try {
    for (const [, start] of servers) started.push(await startBench(start))
    return started
  } catch (error) {
    for (const bench of started) await endBench(bench)
    throw error
  }
}

async function startBench(start: (folder: string) => Promise<TpmProcess>): Promise<ClientBench> {
  const folder = mkdtempSync(join(tmpdir(), 'bootlatch-clients-'))
  const tpm = await start(folder)
  const tcti = `swtpm:host=127.0.0.1,port=${tpm.port}`
  const programs = new Programs(folder, { TPM2TOOLS_TCTI: tcti, TSS2_LOG: 'all+NONE' })
  const bench = { tpm, tcti, programs }
  try {
    await programs.run('tpm2_startup', '-c')
    return bench
  } catch (error) {
    await endBench(bench)
    throw error
  }
}

export async function endBench({ tpm, programs }: ClientBench): Promise<void> {
  await tpm.end('SIGKILL')
  rmSync(programs.folder, { recursive: true, force: true })
}

/** Flushes what a client left behind. */
export async function forgetLoaded(programs: Programs): Promise<void> {
  for (const kind of ['-t', '-l', '-s']) await programs.run('tpm2_flushcontext', kind)
}
