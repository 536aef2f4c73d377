import { z } from 'zod'
import type { Change } from './change.ts'
import { evidenceChanges } from './evidence-changes.ts'
import { logChanges } from './log-changes.ts'
import { measuredChanges } from './measured-changes.ts'
import type { SimulatedBoot } from './simulated-boot.ts'

const all: Readonly<Record<string, Change>> = { ...measuredChanges, ...logChanges, ...evidenceChanges }

/** One change of a boot as a test writes it: a map of one entry. */
export const changeSchema = z
  .strictObject(Object.fromEntries(Object.entries(all).map(([verb, { schema }]) => [verb, schema.optional()])))
  .refine((given) => Object.keys(given).length === 1, 'one change at a time: a map of one entry')
export type GivenChange = z.output<typeof changeSchema>

/**
 * Makes one change to a boot.
 * @throws ChangeError if the boot has no such event.
 */
export function applyChange(boot: SimulatedBoot, given: GivenChange): SimulatedBoot {
  const [entry] = Object.entries(given)
  const found = entry && all[entry[0]]
  if (found === undefined) throw new TypeError('a change has one entry')
  return found.apply(boot, entry?.[1] as never)
}
