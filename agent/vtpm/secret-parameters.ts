import {
  type AnyCodec,
  type AnyCommand,
  type Shape,
  TPM2B_AUTH,
  TPM2B_SENSITIVE_CREATE,
  TPM2B_SENSITIVE_OPTIONAL,
} from '../../core/tpm/index.ts'
import type { TpmState } from './state/tpm-state.ts'

/** Structures that hold nothing but secrets. */
const secretStructures: ReadonlySet<AnyCodec> = new Set<AnyCodec>([
  TPM2B_AUTH,
  TPM2B_SENSITIVE_CREATE,
  TPM2B_SENSITIVE_OPTIONAL,
])
/** Keys of wrappers, which have no structure of their own. */
const secretNames: ReadonlySet<string> = new Set(['encryptionKey', 'encryptionKeyIn'])

type Values = Readonly<Record<string, unknown>>
type Run = (tpm: TpmState, call: never) => unknown

/** A handler behind which the secrets among its parameters are zeroed: what it keeps of them must be a copy. */
export function forgettingSecrets(command: AnyCommand, run: Run): Run {
  const secrets = Object.entries(command.parameters as Shape)
    .filter(([name, codec]) => secretStructures.has(codec) || secretNames.has(name))
    .map(([name]) => name)
  if (secrets.length === 0) return run
  return (tpm, call) => {
    const forget = (): void => {
      for (const name of secrets) erase((call as { parameters: Values }).parameters[name])
    }
    return forgetting(forget, () => run(tpm, call))
  }
}

/** Takes a step, or the last one of several, and forgets behind it. */
function forgetting(forget: () => void, step: () => unknown): unknown {
  let isDone = true
  try {
    const value = step()
    if (!(value instanceof Promise)) return value
    isDone = false
    return (value as Promise<() => unknown>).then(
      (last) => () => forgetting(forget, last),
      (error: unknown) => {
        forget()
        throw error
      },
    )
  } finally {
    if (isDone) forget()
  }
}

function erase(value: unknown): void {
  if (value instanceof Uint8Array) value.fill(0)
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) erase(each)
}
