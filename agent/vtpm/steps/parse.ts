import { Reader, WireError } from '../../../core/bytes/index.ts'
import { atParameter, RC, responseCodeOf, type Shape } from '../../../core/tpm/index.ts'
import { TpmError } from '../tpm-error.ts'
import { isNull } from './address.ts'
import type { Authorized } from './authorize.ts'

/** A command that may run. */
export interface Parsed extends Authorized {
  readonly namedEntities: Readonly<Record<string, unknown>>
  readonly namedParameters: Readonly<Record<string, unknown>>
}

/** Part 3, 5.8: every parameter is well formed, and nothing is left over. */
export function parse(request: Authorized): Parsed {
  const from = new Reader(request.parameters)
  const shape = request.implemented.command.parameters as Shape
  const namedParameters: Record<string, unknown> = {}
  Object.entries(shape).forEach(([name, codec], index) => {
    try {
      namedParameters[name] = codec.read(from)
    } catch (error) {
      if (error instanceof WireError) throw new TpmError(atParameter(responseCodeOf(error), index))
      throw error
    }
  })
  if (from.left > 0) throw new TpmError(RC.size)
  return { ...request, namedEntities: nameEntities(request), namedParameters }
}

function nameEntities(request: Authorized): Readonly<Record<string, unknown>> {
  const named: Record<string, unknown> = {}
  request.slots.forEach(([name, slot], index) => {
    const entity = request.entities[index]
    named[name] = entity !== undefined && slot.type.kind.endsWith('?') && isNull(entity) ? undefined : entity
  })
  return named
}
