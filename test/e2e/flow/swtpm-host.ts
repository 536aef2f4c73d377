import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { once } from 'node:events'
import { TpmClient, type Transport } from '../../../core/tpm/index.ts'
import { shutDown, type PoweredTpm, type TpmHost } from '../../../agent/attest/index.ts'
import { SwtpmTransport } from '../../../agent/channel/index.ts'
import { freePort } from '../../fakes/free-port.ts'

interface Sidecar {
  readonly machineId: string
  readonly generation: number
}

/** Beside the machine's state folder: the state of this TPM does not move when an enrolment is put in place. */
const folderOf = (path: string) => `${path.replace(/\/state\/.*$/, '')}/swtpm`
const sidecar = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Sidecar
const keep = (path: string, content: Sidecar) => {
  writeFileSync(`${path}.tmp`, JSON.stringify(content))
  renameSync(`${path}.tmp`, path)
}

/** A TPM of another make behind the same port; its state lies open, with the header of ours beside it. */
export const swtpmHost: TpmHost = {
  async manufacture(path, { machineId, generation }) {
    rmSync(folderOf(path), { recursive: true, force: true })
    mkdirSync(folderOf(path))
    keep(path, { machineId: Buffer.from(machineId).toString('hex'), generation })
    return await poweredSwtpm(folderOf(path))
  },
  remake: () => Promise.reject(new TypeError('a foreign TPM keeps its endorsement seed')),
  stateOf: () => Promise.reject(new TypeError('a foreign TPM keeps its state to itself')),
  async open(path, _keys, next) {
    keep(path, { ...sidecar(path), generation: next.generation })
    return await poweredSwtpm(folderOf(path))
  },
  peek(path) {
    const { machineId, generation } = sidecar(path)
    return { machineId: Uint8Array.from(Buffer.from(machineId, 'hex')), generation }
  },
}

async function poweredSwtpm(folder: string): Promise<PoweredTpm> {
  const port = await freePort()
  let child = await launch(folder, port)
  const wire = new SwtpmTransport({ kind: 'tcp', host: '127.0.0.1', port })
  const transport: Transport = {
    async transmit(command) {
      for (;;) {
        const response = await wire.transmit(command)
        if (response[8] !== 0x09 || response[9] !== 0x22) return response
      }
    },
  }
  const stop = async () => {
    await shutDown(new TpmClient(transport)).catch(() => undefined)
    wire.close()
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
  }
  return {
    transport,
    atLocality: () => transport,
    async reset() {
      await stop()
      child = await launch(folder, port)
    },
    close: stop,
  }
}

async function launch(folder: string, port: number) {
  const args = ['socket', '--tpm2', '--tpmstate', `dir=${folder}`, '--server', `type=tcp,port=${port}`]
  const child = spawn('swtpm', [...args, '--flags', 'not-need-init'], { stdio: 'ignore' })
  for (;;) {
    const probe = connect({ host: '127.0.0.1', port })
    const isUp = await new Promise((resolve) => {
      probe
        .once('connect', () => {
          resolve(true)
        })
        .once('error', () => {
          resolve(false)
        })
    })
    probe.destroy()
    if (isUp) return child
    if (child.exitCode !== null) throw new Error('swtpm does not start')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
