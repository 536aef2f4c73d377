import { readFileSync } from 'node:fs'
import { UsageError } from './usage-error.ts'

/**
 * Becomes another user, for good; only root can.
 * @throws UsageError where there is no such user, or it is not allowed.
 */
export function runAs(user: string): void {
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name, , uid]) => name === user || uid === user)
  if (entry === undefined) throw new UsageError(`User '${user}' does not exist.`)
  const [, , uid, gid] = entry
  try {
    process.setgroups?.([Number(gid)])
    process.setgid?.(Number(gid))
    process.setuid?.(Number(uid))
  } catch {
    throw new UsageError(`Could not become user '${user}'.`)
  }
}
