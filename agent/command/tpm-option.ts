import { InvalidArgumentError, Option } from 'commander'
import { parseTpmAddress } from '../boot/index.ts'
import { EndpointError } from '../sockets/index.ts'

/** `--tpm`, the address of a TPM that is not the agent's own. */
export function tpmOption(what: string): Option {
  return new Option('--tpm <address>', `${what}: swtpm:HOST:PORT, swtpm:unix:PATH or device:/dev/tpmrm0`).argParser(
    readTpmAddress,
  )
}

function readTpmAddress(text: string): ReturnType<typeof parseTpmAddress> {
  try {
    return parseTpmAddress(text)
  } catch (error) {
    if (error instanceof EndpointError) throw new InvalidArgumentError(error.message)
    throw error
  }
}
