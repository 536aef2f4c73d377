import { GateError } from '../../../agent/gate/index.ts'

/** What a refused or held start ended with. */
export async function gateProblem(start: Promise<unknown>): Promise<GateError> {
  const ended: unknown = await start.then(
    () => new Error('it started'),
    (reason: unknown) => reason,
  )
  if (!(ended instanceof GateError)) throw ended
  return ended
}
