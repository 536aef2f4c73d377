import { InvalidArgumentError, Option } from 'commander'

const maxSeconds = 86_400

/** `--wait`, given in seconds and read as milliseconds. */
export function waitOption(what: string, defaultMs: number): Option {
  return new Option('--wait <seconds>', what).argParser(secondsAsMs).default(defaultMs, (defaultMs / 1000).toString())
}

function secondsAsMs(text: string): number {
  const seconds = Number(text)
  if (!/^[0-9]+(?:\.[0-9]+)?$/.test(text) || seconds > maxSeconds) {
    throw new InvalidArgumentError(`give seconds from 0 to ${maxSeconds}`)
  }
  return 1000 * seconds
}
