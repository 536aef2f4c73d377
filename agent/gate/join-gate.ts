import type { CallOptions } from '@grpc/grpc-js'
import { z } from 'zod'
import { unary, type JoinClient } from '../../core/rpc/index.ts'
import { bytes, readAnswer, text } from './answer.ts'
import { gateErrorOf } from './call.ts'
import type { BeginAnswer, CompleteAnswer, CredentialChallenge, JoinGate, SignedCore } from './gate.ts'

const maxCertificates = 8

const beginAnswer = z.object({
  machineId: bytes({ exactly: 16 }),
  enrolmentId: bytes({ exactly: 16 }),
  serverId: bytes({ exactly: 32 }),
  sealedStateKey: text,
})
const proveAnswer = z.object({
  challenges: z.array(z.object({ credentialBlob: bytes(), secret: bytes() })).max(maxCertificates),
})
const completeAnswer = z.object({
  machineCertificates: z.array(bytes()).min(1).max(maxCertificates),
  ekCertificates: z.array(bytes()).max(maxCertificates),
  serverAnchor: bytes(),
  mainAddress: text,
  machineName: text,
})

/** The Join service. */
export class GrpcJoinGate implements JoinGate {
  readonly #client: JoinClient
  readonly #options: () => CallOptions

  constructor(client: JoinClient, options: () => CallOptions) {
    this.#client = client
    this.#options = options
  }

  async begin(request: SignedCore): Promise<BeginAnswer> {
    return readAnswer(beginAnswer, await unary(this.#client, 'begin', request, this.#options()).catch(fail))
  }

  async prove(request: SignedCore): Promise<readonly CredentialChallenge[]> {
    return readAnswer(proveAnswer, await unary(this.#client, 'prove', request, this.#options()).catch(fail)).challenges
  }

  async complete(request: SignedCore): Promise<CompleteAnswer> {
    return readAnswer(completeAnswer, await unary(this.#client, 'complete', request, this.#options()).catch(fail))
  }

  close(): void {
    this.#client.close()
  }
}

function fail(thrown: unknown): never {
  throw gateErrorOf(thrown)
}
