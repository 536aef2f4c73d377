import type { ErrorCode } from '../core/rpc/index.ts'
import type { Exit } from './exit-code.ts'

/** What can go wrong on this side of the connection; the server's codes stand in core/rpc. */
export type LocalCode =
  | 'operator/missing'
  | 'operator/exposed'
  | 'operator/malformed'
  | 'operator/expired'
  | 'server/unreachable'
  | 'server/untrusted'
  | 'server/refused-operator'
  | 'server/silent'
  | 'file/unreadable'
  | 'file/not-written'
  | 'usage/command-line'
  | 'usage/confirmation'
  | 'usage/declined'
  | 'usage/incomplete'
  | 'values/malformed'
  | 'key/exposed'
  | 'key/unusable'
  | 'signatures/unusable'
  | 'log/malformed'
  | 'boot/description'
  | 'policy/test'
  | 'cli/internal'

export interface FailureDetail extends ErrorOptions {
  readonly exit?: Exit
  /** What the reader can do about it, one line each. */
  readonly advice?: readonly string[]
  /** Lines that show the place: the source line of a policy, a certificate's subject. */
  readonly excerpt?: readonly string[]
}

/** Ends a command with words for a person: what and where in the message, what to do in the advice. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: LocalCode | ErrorCode
  readonly exit: Exit
  readonly advice: readonly string[]
  readonly excerpt: readonly string[]

  constructor(code: LocalCode | ErrorCode, message: string, detail: FailureDetail = {}) {
    super(message, detail)
    this.code = code
    this.exit = detail.exit ?? 'error'
    this.advice = detail.advice ?? []
    this.excerpt = detail.excerpt ?? []
  }
}
