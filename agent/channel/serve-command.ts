import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Endpoint, EndpointError, parseEndpoint } from '../sockets/index.ts'
import { type ServeOptions } from './serve-options.ts'
import { startupTypes } from './start-up.ts'

/** One machine rarely makes RSA keys at random. */
const defaultPrimePool = 4

const help = `
Examples:
  head -c 32 /dev/urandom > key && chmod 600 key && mkdir tpm
  bootlatch-agent tpm serve --state tpm --state-key-file key \\
    --data tcp:127.0.0.1:2321 --control tcp:127.0.0.1:2322
  TPM2TOOLS_TCTI=swtpm:host=127.0.0.1,port=2321 tpm2_startup -c

It ends with SIGTERM, or when a client of the control socket says so.
Exit codes: 0 done, 1 error, 2 wrong command line.`

/** Adds `tpm serve` to the agent's commands, and returns `tpm` for more of its own. */
export function addTpmCommands(program: Command): Command {
  const tpm = program.command('tpm').description('the virtual TPM by itself')
  tpm
    .command('serve')
    .description('present a virtual TPM, powered on, to tools and virtual machines')
    .requiredOption('--state <folder>', 'where its state lies; in an empty folder a new TPM is manufactured')
    .requiredOption('--state-key-file <file>', 'the 32 bytes that encrypt the state; mode 0600')
    .addOption(endpointOption('--data <endpoint>', "swtpm's data socket: tcp:127.0.0.1:PORT or unix:PATH"))
    .addOption(endpointOption('--control <endpoint>', "swtpm's control socket; clients look for it one port above"))
    .addOption(
      endpointOption(
        '--mssim <endpoint>',
        "the command port of Microsoft's simulator, tcp:127.0.0.1:PORT, and the one above",
      ),
    )
    .addOption(
      endpointOption('--grpc <endpoint>', 'bootlatch.v1.VirtualTpm: unix:PATH, or tcp:HOST:PORT and PEM files'),
    )
    .option('--grpc-cert <file>', 'certificate of the gRPC server, PEM')
    .option('--grpc-key <file>', 'its private key, PEM')
    .option('--grpc-ca <file>', 'who issues the certificates of clients, PEM')
    .option('--vendor-string <text>', 'TPM_PT_VENDOR_STRING; "SW  " makes tpm2-tools take it for a simulator')
    .option('--manufacturer <text>', 'TPM_PT_MANUFACTURER, four characters')
    .option('--firmware-version <major.minor>', 'TPM_PT_FIRMWARE_VERSION_1 and _2')
    .addOption(
      new Option('--startup <type>', 'send TPM2_Startup before anybody connects; firmware does it by itself').choices(
        startupTypes,
      ),
    )
    .option('--no-fsync', 'answer before the state is on the disk: faster, and a power failure may destroy the TPM')
    .addOption(primePoolOption())
    .addHelpText('after', help)
    .action(async (options: ServeOptions) => {
      const { describeServeFailure, serveTpm } = await import('./serve-tpm.ts')
      try {
        await serveTpm(options)
      } catch (error) {
        const failure = describeServeFailure(error)
        if (failure === undefined) throw error
        process.stderr.write(`bootlatch-agent tpm serve: ${failure.message}\n`)
        process.exitCode = failure.exitCode
      }
    })
  return tpm
}

function primePoolOption(): Option {
  const what = 'RSA primes to keep ready for TPM2_Create, made while no command comes; a key takes two'
  return new Option('--prime-pool <count>', what).default(defaultPrimePool).argParser((text) => {
    if (!/^[0-9]{1,4}$/.test(text)) throw new InvalidArgumentError('give a number from 0 to 9999')
    return Number(text)
  })
}

function endpointOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text): Endpoint => {
    try {
      return parseEndpoint(text)
    } catch (error) {
      if (error instanceof EndpointError) throw new InvalidArgumentError(error.message)
      throw error
    }
  })
}
