import { type Command } from 'commander'
import { print, runCommand } from '../command/index.ts'

const defaultConfig = '/etc/bootlatch/host.yaml'

const help = `
One process serves the virtual TPMs of all machines of a host, each with its own state, key, sockets and limits:

  status: /run/bootlatch/host.sock
  tpms:
    - name: web-1
      state: /var/lib/bootlatch/tpms/web-1
      stateKeyFile: /etc/bootlatch/keys/web-1
      control: unix:/run/bootlatch/web-1.control   # for QEMU: -chardev socket,id=tpm,path=/run/bootlatch/web-1.control
      manufacture: true                            # make the TPM if the folder has none

Examples:
  bootlatch-agent host --config host.yaml --check    # look at the file, the keys and the states, and end
  bootlatch-agent host --config host.yaml
  bootlatch-agent host status --config host.yaml
  kill -HUP PID                                      # read the file again; a running machine keeps its TPM

What cannot be served is shown with what to do about it, and the others are served all the same.
docs/operating.md has every key of the file.`

interface HostOptions {
  readonly config: string
  readonly check?: true
}
interface StatusOptions {
  readonly config: string
  readonly socket?: string
  readonly json?: true
}

/** Adds `host` to the agent's commands. */
export function addHostCommand(program: Command): void {
  const host = program
    .command('host')
    .summary('serve the virtual TPMs of many machines')
    .description('Serves the virtual TPMs of many machines from one process, until SIGTERM.')
    .option('--config <file>', 'which TPMs, and where', defaultConfig)
    .option('--check', 'say what is wrong, and serve nothing')
    .addHelpText('after', help)
    .action((options: HostOptions, command: Command) => runCommand(command, {}, () => run(options)))
  host
    .command('status')
    .description('Shows how the TPMs of a running host are, and what to do about those that are broken.')
    .option('--config <file>', 'the configuration of the host, which names its status socket')
    .option('--socket <path>', 'the status socket itself')
    .option('--json', 'in JSON')
    .action((_own: object, command: Command) => {
      const options = command.optsWithGlobals<StatusOptions>()
      return runCommand(command, options, () => showStatus(options))
    })
}

async function run({ config, check }: HostOptions): Promise<void> {
  if (check === true) {
    const { checkHost } = await import('./check-host.ts')
    await checkHost(config)
    return
  }
  const { runHost } = await import('./run-host.ts')
  await runHost(config)
}

async function showStatus({ config, socket, json }: StatusOptions): Promise<void> {
  const { askStatus } = await import('./status-socket.ts')
  const { statusLines } = await import('./status.ts')
  const { readHostConfig } = await import('./host-config.ts')
  const { HostConfigError } = await import('./host-config-error.ts')
  const path = socket ?? readHostConfig(config).status
  if (path === undefined)
    throw new HostConfigError(`${config}: names no status socket; add status: /run/bootlatch/host.sock`)
  const status = await askStatus(path)
  print(statusLines(status), status, json === true)
}
