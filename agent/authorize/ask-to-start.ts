import { generateKeyPairSync } from 'node:crypto'
import { equalInConstantTime } from '../../core/bytes/index.ts'
import {
  decodeRekeyOrder,
  decodeStateKeys,
  OneTimeKey,
  sealPurpose,
  type RekeyOrder,
  type StateKey,
} from '../../core/keys/index.ts'
import { platformNonce } from '../../core/evidence/index.ts'
import { NotEnrolled } from '../config/index.ts'
import { GateError, persist, type Admission } from '../gate/index.ts'
import { PlatformDocumentError } from '../platform/index.ts'
import type { BootTools } from './boot-tools.ts'
import { drawBootToken, type BootTokenDraw } from './draw-boot-token.ts'

/** Gate 1 is open. */
export interface Admitted {
  readonly kind: 'admitted'
  readonly bootId: Uint8Array
  readonly decision: bigint
  /** Under which the state file is. */
  readonly current: StateKey
  /** Under which it must be before the TPM gets power. */
  readonly next: StateKey
  readonly token: BootTokenDraw
}

/** A fork was settled for this machine: it enrols anew. */
export interface SettledForUs {
  readonly kind: 'rekey'
  readonly decision: bigint
  readonly order: RekeyOrder
}

/**
 * Asks to start, again and again while the server is out of reach, each time with a token of its own.
 * @throws GateError; NotEnrolled if the state file is another machine's.
 */
export async function askToStart(tools: BootTools): Promise<Admitted | SettledForUs> {
  const { machine, tpms, clock, deadlineMs, tell } = tools
  const { machineId, generation } = tpms.peek(machine.statePath)
  if (!equalInConstantTime(machineId, machine.identity().machineId)) {
    throw new NotEnrolled(`${machine.statePath} is the TPM of another machine`)
  }
  return await persist(
    clock,
    deadlineMs,
    () => askOnce(tools, generation),
    (error) => {
      tell(`the policy server is out of reach (${error.message}), trying again`)
    },
  )
}

async function askOnce(tools: BootTools, generation: number): Promise<Admitted | SettledForUs> {
  const { machine, gate, random, clock, deadlineMs, tell } = tools
  const oneTime = new OneTimeKey(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey)
  const token = drawBootToken(machine, random)
  const request = {
    stateGeneration: generation,
    bootTokens: token.shown,
    nextTokenHash: token.nextHash,
    oneTimePublicKey: oneTime.publicPoint,
    platformDocument: await platformDocument(tools, token.nextHash, oneTime.publicPoint),
  }
  const waiting = {
    timeoutMs: Math.max(0, deadlineMs - clock.now()),
    onHeld: (decision: bigint) => {
      tell(`held: a person must decide on this start (decision ${decision})`)
    },
  }
  const admission = await gate.powerOn(request, waiting).catch((error: unknown) => {
    if (error instanceof GateError && error.problem === 'refused') token.withdraw()
    throw error
  })
  return await openAdmission(admission, oneTime, generation, token)
}

/** Without one the server is asked all the same: whether it needs one is for its policy to say, and stands on record there. */
async function platformDocument(
  { machine, platform, tell }: BootTools,
  nextTokenHash: Uint8Array,
  oneTimePublicKey: Uint8Array,
): Promise<Uint8Array> {
  if (platform === undefined) return new Uint8Array(0)
  const { serverId, machineId } = machine.identity()
  const nonce = platformNonce({ serverId, machineId, nextTokenHash, oneTimePublicKey })
  try {
    return await platform(Buffer.from(nonce).toString('base64url'))
  } catch (error) {
    if (!(error instanceof PlatformDocumentError)) throw error
    tell(`the platform gave no document (${error.message})`)
    return new Uint8Array(0)
  }
}

async function openAdmission(
  admission: Admission,
  oneTime: OneTimeKey,
  generation: number,
  token: BootTokenDraw,
): Promise<Admitted | SettledForUs> {
  const { decision } = admission
  switch (admission.kind) {
    case 'admitted': {
      const { bootId } = admission
      const binding = { purpose: sealPurpose.stateKeys, bootId, decision }
      const [current, next] = await opened(oneTime.open(admission.sealedStateKeys, binding), decodeStateKeys)
      if (current?.generation !== generation || next?.generation !== generation + 1) {
        throw new GateError('broken-answer', 'not the state keys of this generation')
      }
      return { kind: 'admitted', bootId, decision, current, next, token }
    }
    case 'rekey': {
      const binding = { purpose: sealPurpose.rekey, bootId: new Uint8Array(0), decision }
      const order = await opened(oneTime.open(admission.sealedRekey, binding), decodeRekeyOrder)
      if (order.generation !== generation) throw new GateError('broken-answer', 'not the state key of this generation')
      return { kind: 'rekey', decision, order }
    }
  }
}

async function opened<Value>(opening: Promise<Uint8Array>, decode: (plaintext: Uint8Array) => Value): Promise<Value> {
  const plaintext = await opening
  try {
    return decode(plaintext)
  } finally {
    plaintext.fill(0)
  }
}
