import { equalInConstantTime } from '../../core/bytes/index.ts'
import type { ReleasedKey } from '../../core/keys/index.ts'
import type { TpmHost } from '../attest/index.ts'
import { authorizeBoot, type SettledForUs } from '../authorize/index.ts'
import type { Measuring } from '../boot/index.ts'
import { MachineFolder, settleEnrolment, type Folder } from '../config/index.ts'
import { enrolAgain, resumeEnrolment, type EnrolmentTools } from '../enrol/index.ts'
import { GateError, type Clock, type GateClient } from '../gate/index.ts'
import type { PlatformSource } from '../platform/index.ts'
import { bootGateOf } from './boot-gate-of.ts'
import { openVolume, type Volume } from './luks-volume.ts'

/** What unlocking is carried out with. */
export interface UnlockTools {
  /** The machine's state folder, held by this process. */
  readonly files: Folder
  readonly gates: GateClient
  readonly tpms: TpmHost
  readonly random: (size: number) => Uint8Array
  readonly clock: Clock
  readonly hostName: string
  readonly tell: (what: string) => void
}

export interface UnlockRequest {
  readonly measure: Measuring
  readonly volumes: readonly Volume[]
  /** What the machine says was measured; see WantedBoot. */
  readonly untrustedTexts?: readonly string[]
  /** Only proves that the keys open their keyslots. */
  readonly test: boolean
  /** How long the server, or a person, is waited for. */
  readonly waitMs: number
  /** Another address of the main listener than the one told at the enrolment. */
  readonly server?: string | undefined
  /** See BootTools. */
  readonly platform?: PlatformSource | undefined
}

export interface Unlocked {
  readonly decision: bigint
  readonly opened: readonly Volume[]
}

/** The first start after a re-keying is a start like every other; one more re-keying would be a loop. */
const maxStarts = 2

/**
 * Starts the machine through both gates, and opens its volumes with the keys released.
 * @throws GateError, NotEnrolled, VolumeError, CryptsetupError, MeasureError, TpmResponseError
 */
export async function unlock(tools: UnlockTools, request: UnlockRequest): Promise<Unlocked> {
  settleEnrolment(tools.files)
  await resumeEnrolment(enrolmentTools(tools, request))
  for (let start = 1; start <= maxStarts; start++) {
    const outcome = await authorizedBoot(tools, request)
    if (outcome.kind === 'released') {
      return { decision: outcome.decision, opened: await openAll(request, outcome.keys) }
    }
    await rekey(tools, request, outcome)
  }
  throw new GateError('broken-answer', 'the server ordered to re-key a machine that was re-keyed just now')
}

async function authorizedBoot(tools: UnlockTools, request: UnlockRequest) {
  const { measure, volumes, untrustedTexts = [], waitMs, server, platform } = request
  const { files, gates, tpms, random, clock, tell } = tools
  const machine = new MachineFolder(files)
  const gate = bootGateOf(gates, machine, server)
  try {
    const deadlineMs = clock.now() + waitMs
    return await authorizeBoot(
      { machine, gate, tpms, random, clock, deadlineMs, tell, platform },
      {
        measure,
        volumes,
        untrustedTexts,
      },
    )
  } finally {
    gate.close()
  }
}

async function rekey(tools: UnlockTools, request: UnlockRequest, { order, decision }: SettledForUs): Promise<void> {
  tools.tell(`a fork was settled for this machine (decision ${decision}): it gets new keys`)
  const state = await tools.tpms.stateOf(new MachineFolder(tools.files).statePath, order)
  order.key.fill(0)
  try {
    const invitation = { joinToken: order.joinToken, hostName: tools.hostName }
    await enrolAgain(enrolmentTools(tools, request), invitation, state)
  } finally {
    state.fill(0)
  }
}

function enrolmentTools({ files, gates, tpms, random, clock }: UnlockTools, { waitMs }: UnlockRequest): EnrolmentTools {
  return { files, gates, tpms, random, clock, patienceMs: waitMs }
}

async function openAll(request: UnlockRequest, keys: readonly ReleasedKey[]): Promise<readonly Volume[]> {
  try {
    for (const volume of request.volumes) await openVolume(volume, keyOf(volume, keys), request)
    return request.volumes
  } finally {
    for (const { key } of keys) key.fill(0)
  }
}

function keyOf({ uuid, keyslotDigest }: Volume, keys: readonly ReleasedKey[]): Uint8Array {
  const released = keys.find(
    (key) => equalInConstantTime(key.uuid, uuid) && equalInConstantTime(key.keyslotDigest, keyslotDigest),
  )
  if (released === undefined) throw new GateError('broken-answer', 'the server released no key for a volume asked for')
  return released.key
}
