import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TpmProcess } from './tpm-process.ts'

/** Folders and processes of one suite; all are gone after it. */
export class Scratch {
  readonly #folders: string[] = []
  readonly #processes: TpmProcess[] = []

  constructor() {
    after(async () => {
      for (const each of this.#processes) await each.end('SIGKILL')
      for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true })
    })
  }

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'bootlatch-tools-'))
    this.#folders.push(folder)
    return folder
  }

  async started(tpm: Promise<TpmProcess>): Promise<TpmProcess> {
    const running = await tpm
    this.#processes.push(running)
    return running
  }
}
