import { type AdmissionRules } from './boot-policy.ts'
import { unique, type Path } from './compile-digests.ts'
import { compilePlatform } from './compile-platform.ts'
import { milliseconds } from './duration.ts'
import { type ResolveIssuer } from './library.ts'
import { isEverywhere, parseNetwork, type Network } from './networks.ts'
import { PolicyFault } from './policy-fault.ts'
import { type BootPolicyDocument } from './schema.ts'
import { clockOf, weekdays, type Window } from './windows.ts'

type AdmissionDocument = Omit<BootPolicyDocument['admission'], 'acceptDiskOnlyIdentity'>

/** @throws PolicyFault */
export function compileAdmission(
  admission: AdmissionDocument,
  path: Path,
  resolveIssuer: ResolveIssuer,
): AdmissionRules {
  const written = unique(admission.networks ?? [], [...path, 'networks'])
  const networks = written.map((text, at) => compileNetwork(text, [...path, 'networks', at]))
  if (isEverywhere(networks))
    throw new PolicyFault([...path, 'networks'], 'every address there is would be in one of these networks')
  const windows = (admission.windows ?? []).map((window, at) => compileWindow(window, [...path, 'windows', at]))
  if (admission.quorum !== undefined && admission.approval === 'none')
    throw new PolicyFault([...path, 'quorum'], 'counts approvals, but approval is none: say approval: everyBoot')
  const approvals = admission.approval === 'none' ? 0 : (admission.quorum ?? 1)
  return {
    networks,
    platform: admission.platform && compilePlatform(admission.platform, [...path, 'platform'], resolveIssuer),
    approvals,
    windows,
    approvalLifeMs: milliseconds(admission.approvalValidFor),
    forks: admission.forks,
    acceptDiskOnlyIdentity: false,
    requiresOffDiskFactor: false,
  }
}

/** Whether a start by these rules shows something that a copy of the disk does not. */
export function hasOffDiskFactor({ networks, platform, approvals }: AdmissionRules): boolean {
  return networks.length > 0 || platform !== undefined || approvals > 0
}

function compileNetwork(text: string, path: Path): Network {
  try {
    return parseNetwork(text)
  } catch (error) {
    if (error instanceof RangeError) throw new PolicyFault(path, error.message)
    throw error
  }
}

type WindowDocument = Exclude<AdmissionDocument['windows'], undefined>[number]

function compileWindow({ days = [...weekdays], from, to, timeZone }: WindowDocument, path: Path): Window {
  unique(days, [...path, 'days'])
  if (from === to) throw new PolicyFault([...path, 'to'], 'is when it begins: a window of a whole day needs no window')
  const text = `${days.length === weekdays.length ? 'every day' : days.join(', ')} ${from} to ${to} ${timeZone}`
  const minuteOf = (time: string) => 60 * Number(time.slice(0, 2)) + Number(time.slice(3))
  try {
    const times = { fromMinute: minuteOf(from), toMinute: minuteOf(to) }
    return { text, days: new Set(days), ...times, clock: clockOf(timeZone) }
  } catch (error) {
    if (error instanceof RangeError) throw new PolicyFault([...path, 'timeZone'], `no time zone: ${timeZone}`)
    throw error
  }
}
