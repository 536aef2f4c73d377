import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  decodeJoinToken,
  encodeBeginCore,
  encodeCompleteCore,
  encodeProveCore,
  enrolmentProof,
  type JoinToken,
} from '../../core/evidence/index.ts'
import { decodeStateKeys, OneTimeKey, sealPurpose } from '../../core/keys/index.ts'
import { TpmClient } from '../../core/tpm/index.ts'
import { Endorsement, startUp, writeEkCertificates, type PoweredTpm } from '../attest/index.ts'
import {
  abandonEnrolment,
  akAuthBytes,
  bootTokenBytes,
  bootTokenHash,
  machineBeingEnrolled,
  MachineFolder,
  type MachineIdentity,
} from '../config/index.ts'
import { GateError, persist, type BeginAnswer, type JoinGate } from '../gate/index.ts'
import { complete, putInPlace, resumeEnrolment } from './complete.ts'
import { encodePendingComplete, pendingCompleteFile, type PendingComplete } from './pending-complete.ts'
import type { EnrolmentTools } from './enrolment-tools.ts'
import { signCore, spkiOf } from './signed-core.ts'
import { tenaciously } from './tenacious-join-gate.ts'

const firstGeneration = 1
/** The server forgets an enrolment that another run of it overtook; three in a row are no accident. */
const maxRuns = 3

export interface Invitation {
  readonly joinToken: string
  readonly hostName: string
}

/** The folder holds a machine already. */
export class AlreadyEnrolled extends Error {
  override readonly name = 'AlreadyEnrolled'
}

/**
 * Enrols the machine of a state folder: manufactures its TPM under a key that only the server keeps, proves that EK and AK
 * sit in it, and puts the machine's identity in place. Repeated after a crash anywhere, it ends with the same machine.
 * @throws AlreadyEnrolled; WireError for a malformed token; GateError.
 */
export async function enrol(tools: EnrolmentTools, invitation: Invitation): Promise<MachineIdentity> {
  if (new MachineFolder(tools.files).isEnrolled) throw new AlreadyEnrolled('this machine is enrolled already')
  return (await resumeEnrolment(tools)) ?? (await enrolAnew(tools, invitation))
}

/**
 * Enrols once more a machine that won a fork. It keeps what its TPM holds for its owner, and gets new keys for everything
 * that a copy may have.
 * @throws WireError, GateError
 */
export async function enrolAgain(
  tools: EnrolmentTools,
  invitation: Invitation,
  formerState: Uint8Array,
): Promise<MachineIdentity> {
  // A machine key that was shown with another token enrols nothing with this one.
  abandonEnrolment(tools.files)
  return await enrolAnew(tools, invitation, formerState)
}

async function enrolAnew(
  tools: EnrolmentTools,
  invitation: Invitation,
  formerState?: Uint8Array,
): Promise<MachineIdentity> {
  const token = decodeJoinToken(invitation.joinToken)
  const join = () => tools.gates.join(token.joinAddress, token.anchorSha256)
  const gate = tenaciously(tools, await persist(tools.clock, tools.clock.now() + tools.patienceMs, join))
  try {
    for (let run = 1; ; run++) {
      try {
        return await new Enrolment(tools, invitation, token, gate).run(formerState)
      } catch (error) {
        const overtaken = error instanceof GateError && error.problem === 'out-of-order'
        if (!overtaken || run === maxRuns) throw error
      }
    }
  } finally {
    gate.close()
  }
}

/** One run from Begin to the end, with a TPM of its own. */
class Enrolment {
  readonly #tools: EnrolmentTools
  readonly #invitation: Invitation
  readonly #token: JoinToken
  readonly #gate: JoinGate
  readonly #machine: MachineFolder
  readonly #machineKey: KeyObject

  constructor(tools: EnrolmentTools, invitation: Invitation, token: JoinToken, gate: JoinGate) {
    this.#tools = tools
    this.#invitation = invitation
    this.#token = token
    this.#gate = gate
    this.#machine = machineBeingEnrolled(tools.files)
    this.#machineKey = this.#machine.machineKey()
  }

  async run(formerState: Uint8Array | undefined): Promise<MachineIdentity> {
    const { files, tpms } = this.#tools
    this.#machine.files.remove(pendingCompleteFile)
    const { begun, stateKey } = await this.#begin()
    const header = { key: stateKey, machineId: begun.machineId, generation: firstGeneration }
    const path = this.#machine.statePath
    const tpm = await (formerState === undefined
      ? tpms.manufacture(path, header)
      : tpms.remake(path, header, formerState))
    stateKey.fill(0)
    try {
      await this.#proveAndComplete(begun, tpm)
    } finally {
      await tpm.close()
    }
    return putInPlace(files)
  }

  async #begin(): Promise<{ readonly begun: BeginAnswer; readonly stateKey: Uint8Array }> {
    const oneTime = new OneTimeKey(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey)
    const core = encodeBeginCore({
      token: this.#invitation.joinToken,
      machineKeySpki: spkiOf(this.#machineKey),
      oneTimePublicKey: oneTime.publicPoint,
      hostName: this.#invitation.hostName,
    })
    const begun = await this.#gate.begin(signCore('begin', core, this.#machineKey))
    const binding = { purpose: sealPurpose.stateKey, bootId: begun.enrolmentId, decision: 0n }
    const plaintext = await oneTime.open(begun.sealedStateKey, binding)
    const [first] = decodeStateKeys(plaintext)
    plaintext.fill(0)
    if (first?.generation !== firstGeneration) throw new GateError('broken-answer', 'not a first state key')
    return { begun, stateKey: first.key }
  }

  async #proveAndComplete(begun: BeginAnswer, { transport }: PoweredTpm): Promise<void> {
    const { files, random } = this.#tools
    const akAuth = random(akAuthBytes)
    this.#machine.keepAkAuth(akAuth)
    const tpm = new TpmClient(transport)
    await startUp(tpm)
    const endorsement = await Endorsement.load(tpm, random, akAuth)
    const pending = await this.#prove(begun, endorsement)
    await endorsement.unload()
    const { ekCertificates } = await complete(files, this.#gate, pending)
    await writeEkCertificates(tpm, ekCertificates)
    this.#machine.forgetEkCertificates()
  }

  /** EK and AK against credentials, the credentials against the proof; the request that shows it is on the disk at the end. */
  async #prove(begun: BeginAnswer, endorsement: Endorsement): Promise<PendingComplete> {
    const { random } = this.#tools
    const { machineId, enrolmentId, serverId } = begun
    const { ekPublics, akPublic } = endorsement
    const proveCore = encodeProveCore({ enrolmentId, ekPublics, akPublic })
    const credentials = await this.#gate.prove(signCore('prove', proveCore, this.#machineKey))
    if (credentials.length !== ekPublics.length) throw new GateError('broken-answer', 'not one credential for each EK')
    const secrets = await endorsement.activate(credentials)

    const firstToken = random(bootTokenBytes)
    this.#machine.keepBootTokens([firstToken])
    const firstBootTokenHash = bootTokenHash(firstToken)
    const machineKeySpki = spkiOf(this.#machineKey)
    const seen = { secrets, serverId, machineId, enrolmentId, machineKeySpki, proveCore, firstBootTokenHash }
    const core = encodeCompleteCore({ enrolmentId, proof: enrolmentProof(seen), firstBootTokenHash })
    for (const secret of secrets) secret.fill(0)

    const request = signCore('complete', core, this.#machineKey)
    const { joinAddress, anchorSha256 } = this.#token
    const pending = { joinAddress, anchorSha256, machineId, serverId, request }
    this.#machine.files.replace(pendingCompleteFile, encodePendingComplete(pending))
    return pending
  }
}
