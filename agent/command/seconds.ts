import { InvalidArgumentError } from 'commander'

const maxSeconds = 86_400

/** A number of seconds from the command line, as milliseconds. */
export function secondsAsMs(text: string): number {
  const seconds = Number(text)
  if (!/^[0-9]+(?:\.[0-9]+)?$/.test(text) || seconds > maxSeconds) {
    throw new InvalidArgumentError(`give seconds from 0 to ${maxSeconds}`)
  }
  return 1000 * seconds
}
