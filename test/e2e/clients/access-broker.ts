import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type ClientBench } from './each-tpm.ts'
import { type Programs } from './programs.ts'

const busName = 'com.intel.tss2.Tabrmd'

/** tpm2-abrmd, the resource manager in user space, in front of a TPM, on a bus of its own. */
export class AccessBroker {
  /** Programs that reach the TPM through the broker alone. */
  readonly programs: Programs
  readonly #processes: readonly ChildProcess[]

  private constructor(programs: Programs, processes: readonly ChildProcess[]) {
    this.programs = programs
    this.#processes = processes
  }

  static async start({ programs, tcti }: ClientBench): Promise<AccessBroker> {
    programs.write('bus.conf', busConfiguration(programs.path('bus')))
    const cwd = programs.folder
    const bus = spawn('dbus-daemon', ['--config-file=bus.conf', '--nofork', '--print-address'], {
      cwd,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await once(bus.stdout, 'data')
    const env = { ...programs.environment, DBUS_SESSION_BUS_ADDRESS: `unix:path=${programs.path('bus')}` }
    const broker = spawn('tpm2-abrmd', ['--session', '--allow-root', `--tcti=${tcti}`], { cwd, env, stdio: 'ignore' })
    const through = programs.with({
      DBUS_SESSION_BUS_ADDRESS: env.DBUS_SESSION_BUS_ADDRESS,
      TPM2TOOLS_TCTI: 'tabrmd:bus_type=session',
    })
    while (!(await isOnBus(through))) if (broker.exitCode !== null) throw new Error('tpm2-abrmd ended')
    return new AccessBroker(through, [broker, bus])
  }

  async end(): Promise<void> {
    for (const process of this.#processes) {
      const ended = once(process, 'exit')
      process.kill('SIGTERM')
      await ended
    }
  }
}

async function isOnBus(programs: Programs): Promise<boolean> {
  const ask = ['--session', '--print-reply', `--dest=${busName}`, '/com/intel/tss2/Tabrmd/Tcti']
  return (await programs.outcome('dbus-send', [...ask, 'org.freedesktop.DBus.Peer.Ping'])).code === 0
}

const busConfiguration = (path: string): string => `<!DOCTYPE busconfig PUBLIC
  "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${path}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`
