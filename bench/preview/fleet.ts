import { createHash, randomBytes } from 'node:crypto'
import { learnPolicy } from '../../core/policy/index.ts'
import { EV } from '../../core/eventlog/index.ts'
import { verifyEvidence, type RequestCore } from '../../core/evidence/index.ts'
import { Attester, binding } from '../../agent/boot/simulate/attester.ts'
import { encodeEvidence } from '../../policy-server/appraise/release/evidence-record.ts'
import { defaultGroup } from '../../policy-server/appraise/group-keys.ts'
import type { NewRow, Store } from '../../policy-server/store/index.ts'
import { alteredRequest, event } from '../../test/fakes/attester-request.ts'

/** A server log with GRUB has about so many. */
export const eventsPerLog = 120
const machinesPerInsert = 100
/** One machine in so many has measured something that the others have not. */
const oddOneIn = 10
const bootUnixMs = Date.UTC(2026, 0, 5, 9)
const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A boot that no other machine has made: one command of its loader names the machine. */
function requestOf(machine: number): RequestCore {
  return alteredRequest('uki-secureboot', (events) => {
    const odd = machine % oddOneIn === 0 ? [event(9, EV.IPL, ascii(`extra ${machine}`))] : []
    const commands = Array.from({ length: eventsPerLog - events.length - odd.length }, (_, at) =>
      event(8, EV.IPL, ascii(at === 0 ? `set machine=${machine}` : `set option=${at}`)),
    )
    return [...events, ...commands, ...odd]
  })
}

/** A policy that the whole fleet satisfies, and one that asks in addition that nothing else was measured into PCR 9. */
export function fleetPolicies(): { readonly now: string; readonly proposed: string } {
  const attester = new Attester()
  const evidence = verifyEvidence(attester.expectation(), attester.attest({ ...requestOf(1), volumes: [] }))
  const learnt = learnPolicy({ name: 'fleet', machine: 'fleet', tier: 'T1', peerAddress: '10.0.0.1', evidence })
  const proposed = learnt
    .replace(/^machines: .*$/m, `groups: [${defaultGroup}]`)
    .replace(/networks: .*/, 'networks: [10.0.0.0/8]')
    .replace(/^ +8: \[.*\n/m, '')
  return { now: proposed.replace(/^.* pcr: 9, .*\n/gm, ''), proposed }
}

/** Adds machines to a store, each with one released boot and evidence of its own that verifies. */
export async function addMachines(store: Store, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += machinesPerInsert) {
    const rows = Array.from({ length: Math.min(machinesPerInsert, to - first) }, (_, at) => machineRows(first + at))
    await store.transact(async (tx) => {
      await tx
        .insertInto('machines')
        .values(rows.map(({ machine }) => machine))
        .execute()
      await tx
        .insertInto('identities')
        .values(rows.map(({ identity }) => identity))
        .execute()
      await tx
        .insertInto('evidence')
        .values(rows.map(({ evidence }) => evidence))
        .execute()
      await tx
        .insertInto('decisions')
        .values(rows.flatMap(({ decisions }) => decisions))
        .execute()
      await tx
        .insertInto('boots')
        .values(rows.map(({ boot }) => boot))
        .execute()
    })
  }
}

function machineRows(number: number) {
  const [machineId, identityId, bootId] = [random(16), random(16), random(16)]
  const attester = new Attester()
  const bound = { ...binding, machineId, bootId, challenge: random(64) }
  const untrusted = attester.attest({ ...requestOf(number), volumes: [] }, { binding: bound })
  const bytes = encodeEvidence({ ...bound, ...untrusted, akPublic: attester.publicBytes, selection: new Uint8Array(0) })
  const sha256 = new Uint8Array(createHash('sha256').update(bytes).digest())
  const name = `machine-${number}`
  const decision = {
    machineId,
    machineName: name,
    decidedUnixMs: bootUnixMs,
    peer: '10.1.2.3',
    summary: 'released',
    reasons: '[]',
    bootDiff: '[]',
  } as const
  return {
    machine: {
      id: machineId,
      name,
      groupName: defaultGroup,
      state: 'accepted',
      tier: 'T1',
      createdUnixMs: bootUnixMs,
    } satisfies NewRow<'machines'>,
    identity: {
      id: identityId,
      machineId,
      state: 'live',
      joinTokenSha256: random(32),
      machineKeySpki: random(91),
      machineKeySha256: random(32),
      akPublic: attester.publicBytes,
      generation: 1,
      createdUnixMs: bootUnixMs,
    } satisfies NewRow<'identities'>,
    evidence: { sha256, bytes } satisfies NewRow<'evidence'>,
    decisions: [
      { ...decision, number: 2 * number + 1, gate: 'admission', outcome: 'admitted', verified: 0 },
      {
        ...decision,
        number: 2 * number + 2,
        gate: 'release',
        outcome: 'released',
        verified: 1,
        bootId,
        evidenceSha256: sha256,
      },
    ] satisfies NewRow<'decisions'>[],
    boot: {
      id: bootId,
      machineId,
      identityId,
      admittedDecision: 2 * number + 1,
      admittedUnixMs: bootUnixMs,
    } satisfies NewRow<'boots'>,
  }
}
