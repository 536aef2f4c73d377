import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto'
import {
  decodeTpmBoundKeys,
  encodeRequestCore,
  releaseExtraData,
  type WantedVolume,
} from '../../core/evidence/index.ts'
import {
  decodeReleasedKeys,
  OneTimeKey,
  sealPurpose,
  untrustedPurpose,
  type ReleasedKey,
} from '../../core/keys/index.ts'
import type { TpmClient } from '../../core/tpm/index.ts'
import { pcrValues, quote, unsealBound } from '../attest/index.ts'
import { persist } from '../gate/index.ts'
import type { BootTools } from './boot-tools.ts'

/** What the quote is made of, and for. */
export interface MeasuredStart {
  readonly bootId: Uint8Array
  readonly stateGeneration: number
  readonly eventLog: Uint8Array
  readonly userspaceLog: Uint8Array
  readonly volumes: readonly WantedVolume[]
  /** See RequestCore. */
  readonly untrustedTexts: readonly string[]
  /** Ends the boot's right to a release; a second time does nothing. */
  readonly capOnce: () => Promise<void>
}

/** Gate 2 is open. */
export interface Released {
  readonly decision: bigint
  /** The caller clears them. */
  readonly keys: readonly ReleasedKey[]
}

/**
 * Shows the server what was measured, and takes the keys. Where an answer is lost the identical request is made again: any
 * other would get nothing. Where the server lets it, the TPM is capped before the request leaves: who kills the agent then, or the
 * machine that waits for an answer, finds no TPM that could quote once more.
 * @throws GateError, SealedError, TpmResponseError
 */
export async function askForKeys(tools: BootTools, tpm: TpmClient, start: MeasuredStart): Promise<Released> {
  const { machine, gate, tpms, random, clock, deadlineMs } = tools
  const { serverId, machineId } = machine.identity()
  const { bootId, capOnce, ...measured } = start
  const { challenge, selection, capBeforeRelease } = await persist(clock, deadlineMs, () => gate.challenge(bootId))

  const pcrs = await pcrValues(tpm, selection)
  const core = encodeRequestCore({ ...measured, pcrs })
  const oneTime = new OneTimeKey(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey)
  const oneTimePublicKey = oneTime.publicPoint
  const clientSpkiSha256 = spkiSha256(machine.machineKey())
  const bound = { challenge, serverId, machineId, bootId, clientSpkiSha256, oneTimePublicKey, requestCore: core }
  const { attest, signature } = await quote(tpm, machine.akAuth(), releaseExtraData(bound), selection, tpms.akTemplate)
  if (capBeforeRelease) await capOnce()

  const request = { bootId, challenge, core, attest, signature, oneTimePublicKey }
  const { decision, sealedKeys } = await persist(clock, deadlineMs, () => gate.release(request))
  const isBound = untrustedPurpose(sealedKeys) === sealPurpose.boundRelease
  const purpose = isBound ? sealPurpose.boundRelease : sealPurpose.release
  const answer = await oneTime.open(sealedKeys, { purpose, bootId, decision })
  const plaintext = isBound ? await unsealBound(tpm, random, decodeTpmBoundKeys(answer), selection) : answer
  const keys = decodeReleasedKeys(plaintext)
  plaintext.fill(0)
  return { decision, keys }
}

function spkiSha256(key: Parameters<typeof createPublicKey>[0]): Uint8Array {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' })
  return Uint8Array.from(createHash('sha256').update(spki).digest())
}
