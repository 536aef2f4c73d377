import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { equalInConstantTime } from '../../core/bytes/index.ts'
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
  type Folder,
  type MachineIdentity,
} from '../config/index.ts'
import { GateError, type BeginAnswer, type JoinGate } from '../gate/index.ts'
import { complete, putInPlace, resumeEnrolment } from './complete.ts'
import { encodePendingComplete, pendingCompleteFile, type PendingComplete } from './pending-complete.ts'
import type { EnrolmentTools } from './enrolment-tools.ts'
import { signCore, spkiOf } from './signed-core.ts'
import { joinTenaciously } from './tenacious-join-gate.ts'

const firstGeneration = 1
/** SHA-256 of the join token that the enrolment under way was begun with. */
const invitationFile = 'join-token.sha256'
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
  forgetOtherInvitation(tools.files, invitation.joinToken)
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
  abandonEnrolment(tools.files)
  return await enrolAnew(tools, invitation, formerState)
}

/** A machine key that was shown with one token enrols nothing with another, and one server's last word is not another's. */
function forgetOtherInvitation(files: Folder, joinToken: string): void {
  const digest = Uint8Array.from(createHash('sha256').update(joinToken).digest())
  const begun = machineBeingEnrolled(files).files.read(invitationFile)
  if (begun !== undefined && equalInConstantTime(begun, digest)) return
  abandonEnrolment(files)
  machineBeingEnrolled(files).files.replace(invitationFile, digest)
}

async function enrolAnew(
  tools: EnrolmentTools,
  invitation: Invitation,
  formerState?: Uint8Array,
): Promise<MachineIdentity> {
  const token = decodeJoinToken(invitation.joinToken)
  const gate = await joinTenaciously(tools, token)
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
    const { files, random, tpms } = this.#tools
    const akAuth = random(akAuthBytes)
    this.#machine.keepAkAuth(akAuth)
    const tpm = new TpmClient(transport)
    await startUp(tpm)
    const endorsement = await Endorsement.load(tpm, random, akAuth, tpms.akTemplate)
    const pending = await this.#prove(begun, endorsement)
    await endorsement.unload()
    const { ekCertificates } = await complete(files, this.#gate, pending)
    if (tpms.isForeign !== true) await writeEkCertificates(tpm, ekCertificates)
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
