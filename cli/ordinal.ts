import { InvalidArgumentError } from 'commander'

/**
 * Reads the number of a decision; they count from 1.
 * @throws InvalidArgumentError at anything else
 */
export function parseDecisionNumber(text: string): string {
  if (!/^[1-9][0-9]{0,14}$/.test(text)) throw new InvalidArgumentError('Give the number of a decision.')
  return text
}

/**
 * Reads how many decisions to list.
 * @throws InvalidArgumentError outside 1 to 500
 */
export function parseLimit(text: string): number {
  const limit = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > 500) throw new InvalidArgumentError('Give a number from 1 to 500.')
  return limit
}

/**
 * Reads the version of a policy.
 * @throws InvalidArgumentError outside 1 to 999999999
 */
export function parsePolicyVersion(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new InvalidArgumentError('Give the version of a policy.')
  return Number(text)
}
