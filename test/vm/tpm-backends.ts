import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { firstLine, newTpmFolder, spawnAgent, TpmProcess } from '../e2e/tpm-tools/tpm-process.ts'

/** A TPM that a machine can be given. */
export interface TpmBackend {
  readonly process: TpmProcess
  /** Its control socket. */
  readonly control: string
}

/** Starts `bootlatch-agent tpm serve` as QEMU uses it. */
export async function ownTpm(folder: string): Promise<TpmBackend> {
  await mkdir(folder, { recursive: true })
  if (!existsSync(join(folder, 'key'))) newTpmFolder(folder)
  const control = join(folder, 'control')
  const child = spawnAgent(
    ['tpm', 'serve', '--state', join(folder, 'state'), '--state-key-file', join(folder, 'key')],
    ['--data', `unix:${join(folder, 'data')}`, '--control', `unix:${control}`],
  )
  return { process: new TpmProcess(0, child, await firstLine(child)), control }
}

/** Starts Debian's swtpm, the reference. */
export async function referenceTpm(folder: string): Promise<TpmBackend> {
  await mkdir(folder, { recursive: true })
  const control = join(folder, 'control')
  const options = ['--tpmstate', `dir=${folder}`, '--ctrl', `type=unixio,path=${control}`, '--flags', 'startup-clear']
  const process = new TpmProcess(0, spawn('swtpm', ['socket', '--tpm2', ...options], { stdio: 'ignore' }), '')
  while (!existsSync(control)) {
    if (!process.running) throw new Error('swtpm ended')
    await new Promise(setImmediate)
  }
  return { process, control }
}
