import { type Reason } from './verdict.ts'

/** Reasons by what a group requires, so named that nobody looks for the rule in the policy. */
export function ofFloor(group: string, reasons: readonly Reason[]): readonly Reason[] {
  return reasons.map((reason) => ({ ...reason, rule: `Group ${group}: require.${reason.rule}` }))
}

/** Whether a group's document asks for it, so that no change of a policy settles it. */
export const isOfFloor = ({ rule }: Pick<Reason, 'rule'>): boolean => /^Group \S+: require\./.test(rule)
