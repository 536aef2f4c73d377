import {
  ALG,
  CAP,
  CC,
  commandAttributes,
  curves,
  firstHandle,
  GetCapability,
  handleType,
  HT,
  PT,
  PT_PCR,
  RC,
  RH,
  selectPcrs,
  taggedDigest,
  TestParms,
  type TPMS_CAPABILITY_DATA,
  type TPMT_HA_NULL,
} from '../../../core/tpm/index.ts'
import { isLargerThanReference } from '../state/reference-key-sizes.ts'
import { implement, type Implemented } from '../implement.ts'
import { authPolicyOf } from '../state/authorization-of.ts'
import { algorithmProperties } from '../state/algorithm-properties.ts'
import { pcrRules } from '../state/pcr-rules.ts'
import { fixedProperties, type Property } from '../state/properties.ts'
import type { TpmState } from '../state/tpm-state.ts'

type Table = () => ReadonlyMap<number, Implemented>

/** What fits into MAX_CAP_BUFFER (Part 2, 10.8). */
const maxHandles = 254
const maxCommands = 254
const maxProperties = 127
const maxAlgorithms = 169
const maxCurves = 508
const maxPolicies = 14

interface Page<T> {
  readonly data: readonly T[]
  readonly moreData: number
}

/** The first rows from `start` on, no more than asked for and than fit. */
function page<T>(rows: readonly T[], keyOf: (row: T) => number, start: number, count: number, max: number): Page<T> {
  const from = rows.filter((row) => keyOf(row) >= start)
  const data = from.slice(0, Math.min(count, max))
  return { data, moreData: from.length > data.length ? 1 : 0 }
}

const permanentHandles = [RH.owner, RH.null, RH.password, RH.lockout, RH.endorsement, RH.platform, RH.platformNv]
const loadedSession = HT.hmacSession
const savedSession = HT.policySession
/** Sessions of both types stand in the order of their slots. */
const indexOf = (handle: number): number => handle & 0xffffff

/** Part 3, 30.2: the handles of a type; loaded and saved sessions stand under the two session types. */
function handlesOf(tpm: TpmState, type: number): readonly number[] | undefined {
  switch (type) {
    case HT.pcr:
      return pcrRules.map((_, pcr) => pcr)
    case HT.nvIndex:
      return tpm.persistent.nvIndices.map((index) => index.nvPublic.nvIndex)
    case loadedSession:
      return tpm.sessions.loaded.map((session) => session.handle).sort((a, b) => indexOf(a) - indexOf(b))
    case savedSession:
      return tpm.sessions.saved.map(({ index }) => firstHandle.hmacSession + index).sort((a, b) => a - b)
    case HT.permanent:
      return permanentHandles
    case HT.transient:
      return tpm.slots.loaded.map((object) => object.handle)
    case HT.persistent:
      return tpm.persistent.objects.map((object) => object.handle)
    default:
      return undefined
  }
}

const flag = (isSet: boolean, bit: number): number => (isSet ? 2 ** bit : 0)

/** TPM_PT_VAR (Part 2, 6.13). */
function variableProperties(tpm: TpmState): readonly Property[] {
  const { persistent, reset, slots, sessions, profile } = tpm
  const permanent =
    flag(persistent.ownerAuth.length > 0, 0) +
    flag(persistent.endorsementAuth.length > 0, 1) +
    flag(persistent.lockoutAuth.length > 0, 2) +
    flag(persistent.disableClear === 1, 8) +
    flag(persistent.failedTries >= persistent.maxTries, 9) +
    flag(true, 10)
  const startupClear =
    flag(reset.phEnable, 0) +
    flag(reset.shEnable, 1) +
    flag(reset.ehEnable, 2) +
    flag(reset.phEnableNV, 3) +
    flag(tpm.wasOrderly, 31)
  const loaded = sessions.loaded.length
  const rows: readonly (readonly [number, number])[] = [
    [PT.permanent, permanent],
    [PT.startupClear, startupClear],
    [PT.hrNvIndex, persistent.nvIndices.length],
    [PT.hrLoaded, loaded],
    [PT.hrLoadedAvail, profile.maxLoadedSessions - loaded],
    [PT.hrActive, sessions.activeCount],
    [PT.hrActiveAvail, profile.maxActiveSessions - sessions.activeCount],
    [PT.hrTransientAvail, slots.size - slots.loaded.length],
    [PT.hrPersistent, persistent.objects.length],
    [PT.hrPersistentAvail, profile.maxPersistentObjects - persistent.objects.length],
    [PT.nvCounters, persistent.nvIndices.filter((index) => index.nvPublic.attributes.nt === 1).length],
    [PT.nvCountersAvail, profile.maxNvIndices - persistent.nvIndices.length],
    [PT.algorithmSet, persistent.algorithmSet],
    [PT.loadedCurves, curves.length],
    [PT.lockoutCounter, persistent.failedTries],
    [PT.maxAuthFail, persistent.maxTries],
    [PT.lockoutInterval, persistent.recoveryTime],
    [PT.lockoutRecovery, persistent.lockoutRecovery],
    [PT.nvWriteRecovery, 0],
    [PT.auditCounter0, Number(persistent.auditCounter >> 32n)],
    [PT.auditCounter1, Number(persistent.auditCounter & 0xffffffffn)],
  ]
  return rows.map(([property, value]) => ({ property, value }))
}

function properties(tpm: TpmState, table: Table): readonly Property[] {
  const count = table().size
  const counts = [
    { property: PT.totalCommands, value: count },
    { property: PT.libraryCommands, value: count },
    { property: PT.vendorCommands, value: 0 },
  ]
  const fixed = [...fixedProperties(tpm.profile), ...counts].sort((a, b) => a.property - b.property)
  return [...fixed, ...variableProperties(tpm)]
}

const groupSize = 0x100

/** Part 3, 30.2: an answer never mixes the groups of properties. */
function propertyPage(tpm: TpmState, table: Table, start: number, count: number): Page<Property> {
  const group = Math.floor(Math.max(start, PT.familyIndicator) / groupSize)
  const rows = properties(tpm, table).filter((row) => Math.floor(row.property / groupSize) === group)
  return page(rows, (row) => row.property, start, count, maxProperties)
}

type PcrProperty = (typeof pcrRules)[number]
/** TPM_PT_PCR (Part 2, 6.14): which PCRs have a property. */
const pcrProperties: readonly (readonly [number, (rule: PcrProperty) => boolean])[] = [
  [PT_PCR.save, (rule) => rule.isSaved],
  ...[0, 1, 2, 3, 4].flatMap((locality) => [
    [PT_PCR.extendL0 + 2 * locality, (rule: PcrProperty) => (rule.extendAt & (1 << locality)) !== 0] as const,
    [PT_PCR.resetL0 + 2 * locality, (rule: PcrProperty) => (rule.resetAt & (1 << locality)) !== 0] as const,
  ]),
  [PT_PCR.noIncrement, (rule) => !rule.counts],
  [PT_PCR.drtmReset, (rule) => (rule.resetAt & 16) !== 0],
  [PT_PCR.policy, (rule) => rule.isAuthorized],
  [PT_PCR.auth, (rule) => rule.isAuthorized],
]

const pcrPropertyRows = pcrProperties.map(([tag, has]) => ({
  tag,
  pcrSelect: selectPcrs(
    0,
    pcrRules.flatMap((rule, pcr) => (has(rule) ? [pcr] : [])),
  ).pcrSelect,
}))

/** TPM_CAP_PP_COMMANDS: the command that would change the list is all that is ever on it. */
const commandsNeedingPresence = [CC.PP_Commands]

/** Part 2, 7.4: handles of authenticated countdown timers, of which this TPM has none. */
const [firstAct, lastAct] = [0x40000110, 0x4000011f]

/** TPM_CAP_AUTH_POLICIES: the authPolicies of the hierarchies. */
function policiesOf(tpm: TpmState): readonly { readonly handle: number; readonly policyHash: TPMT_HA_NULL }[] {
  return [RH.owner, RH.lockout, RH.endorsement, RH.platform].map((handle) => {
    const { hash, digest } = authPolicyOf(tpm, { kind: 'hierarchy', handle })
    return { handle, policyHash: hash === ALG.null ? { hashAlg: ALG.null } : taggedDigest(hash, digest) }
  })
}

const self = (row: number): number => row

/** Part 3, 30.2. */
const getCapability = (table: Table) =>
  implement(GetCapability, (tpm, { parameters: { capability, property, propertyCount }, fail }) => {
    const answer = (capabilityData: TPMS_CAPABILITY_DATA, moreData: number) => ({ moreData, capabilityData })
    switch (capability) {
      case CAP.algs: {
        const first = property & 0xffff
        const { data, moreData } = page(algorithmProperties, (row) => row.alg, first, propertyCount, maxAlgorithms)
        return answer({ capability, data }, moreData)
      }
      case CAP.handles: {
        const rows = handlesOf(tpm, handleType(property)) ?? fail(RC.handle, 'property')
        const isSession = handleType(property) === loadedSession || handleType(property) === savedSession
        const start = isSession ? indexOf(property) : property
        const key = isSession ? indexOf : self
        const { data, moreData } = page(rows, key, start, propertyCount, maxHandles)
        return answer({ capability, data }, moreData)
      }
      case CAP.commands: {
        const rows = [...table().values()].sort((a, b) => a.command.code - b.command.code)
        const { data, moreData } = page(rows, (row) => row.command.code, property, propertyCount, maxCommands)
        return answer({ capability, data: data.map((row) => commandAttributes(row.command)) }, moreData)
      }
      case CAP.ppCommands: {
        const { data, moreData } = page(commandsNeedingPresence, self, property, propertyCount, maxCommands)
        return answer({ capability, data }, moreData)
      }
      case CAP.auditCommands: {
        const { auditedCommands } = tpm.persistent
        const { data, moreData } = page(auditedCommands, self, property, propertyCount, maxCommands)
        return answer({ capability, data }, moreData)
      }
      case CAP.pcrs: {
        if (property !== 0) fail(RC.value, 'property')
        // All banks or none, as libtpms has it
        return propertyCount === 0
          ? answer({ capability, data: [] }, 1)
          : answer({ capability, data: tpm.pcrs.allocation }, 0)
      }
      case CAP.tpmProperties: {
        const { data, moreData } = propertyPage(tpm, table, property, propertyCount)
        return answer({ capability, data }, moreData)
      }
      case CAP.pcrProperties: {
        const { data, moreData } = page(pcrPropertyRows, (row) => row.tag, property, propertyCount, maxProperties)
        return answer({ capability, data }, moreData)
      }
      case CAP.eccCurves: {
        const { data, moreData } = page(
          curves.map((row) => row.id),
          self,
          property & 0xffff,
          propertyCount,
          maxCurves,
        )
        return answer({ capability, data }, moreData)
      }
      case CAP.authPolicies: {
        if (handleType(property) !== HT.permanent) fail(RC.value, 'property')
        const { data, moreData } = page(policiesOf(tpm), (row) => row.handle, property, propertyCount, maxPolicies)
        return answer({ capability, data }, moreData)
      }
      case CAP.act:
        if (property < firstAct || property > lastAct) fail(RC.value, 'property')
        return answer({ capability, data: [] }, 0)
      default:
        return fail(RC.value, 'capability')
    }
  })

/**
 * Part 3, 30.3: parameters that can be read are supported.
 *
 * @throws VALUE for keys that are larger than libtpms has, though they are made and taken here (docs/decisions/0157).
 */
const testParms = implement(TestParms, (_tpm, { parameters: { parameters }, fail }) => {
  if (isLargerThanReference(parameters)) fail(RC.value, 'parameters')
  return {}
})

export const capabilityCommands = (table: Table): readonly Implemented[] => [getCapability(table), testParms]
