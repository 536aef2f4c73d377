import type { CallOptions, ClientReadableStream } from '@grpc/grpc-js'
import { z } from 'zod'
import { unary, type BootClient, type PowerOnEvent__Output } from '../../core/rpc/index.ts'
import { bytes, decision, readAnswer, text, unixMs } from './answer.ts'
import { gateErrorOf } from './call.ts'
import { GateError } from './gate-error.ts'
import type {
  Admission,
  AttestationAsked,
  AttestationToken,
  BootGate,
  Challenge,
  Deposit,
  PowerOnRequest,
  Release,
  ReleaseRequest,
  Waiting,
} from './gate.ts'

/** PcrSelect of a PC Client TPM: 24 PCRs. */
const pcr = z.int().min(0).max(23)
const challengeAnswer = z.object({
  challenge: bytes(),
  selection: z
    .array(z.object({ hash: z.int().min(1).max(0xffff), pcrs: z.array(pcr).min(1) }))
    .min(1)
    .max(8),
  capBeforeRelease: z.boolean(),
})
const releaseAnswer = z.object({ decision, sealedKeys: text })
const tokenAnswer = z.object({ token: text.regex(/^[\w-]+\.[\w-]+\.[\w-]+$/), expiresUnixMs: unixMs })
const powerOnEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('held'), held: z.object({ decision }) }),
  z.object({
    event: z.literal('admitted'),
    admitted: z.object({ bootId: bytes({ exactly: 16 }), decision, sealedStateKeys: text }),
  }),
  z.object({ event: z.literal('rekey'), rekey: z.object({ decision, sealedRekey: text }) }),
])

/** However short a wait for a person is meant to be, the server is given time to say that one is needed. */
const firstAnswerMs = 20_000

/** The Boot service. */
export class GrpcBootGate implements BootGate {
  readonly #client: BootClient
  readonly #options: () => CallOptions

  constructor(client: BootClient, options: () => CallOptions) {
    this.#client = client
    this.#options = options
  }

  async powerOn(request: PowerOnRequest, { timeoutMs, onHeld }: Waiting): Promise<Admission> {
    const patience = AbortSignal.timeout(Math.ceil(timeoutMs))
    const deadline = Date.now() + Math.max(timeoutMs, firstAnswerMs)
    const stream = this.#client.powerOn({ ...request, bootTokens: [...request.bootTokens] }, { deadline })
    const giveUp = () => {
      stream.cancel()
    }
    let held: bigint | undefined
    try {
      return await admissionOf(stream, (decision) => {
        held = decision
        onHeld(decision)
        if (patience.aborted) giveUp()
        else patience.addEventListener('abort', giveUp)
      })
    } catch (thrown) {
      const error = gateErrorOf(thrown)
      if (error.problem === 'held' || (held !== undefined && patience.aborted)) {
        throw new GateError('held', 'nobody decided in time', { cause: error, decision: held })
      }
      throw error
    } finally {
      patience.removeEventListener('abort', giveUp)
      giveUp()
    }
  }

  async challenge(bootId: Uint8Array): Promise<Challenge> {
    return readAnswer(challengeAnswer, await unary(this.#client, 'challenge', { bootId }, this.#options()).catch(fail))
  }

  async release(request: ReleaseRequest): Promise<Release> {
    return readAnswer(releaseAnswer, await unary(this.#client, 'release', request, this.#options()).catch(fail))
  }

  async depositKey({ uuid, keyslotDigest, key }: Deposit): Promise<void> {
    await unary(this.#client, 'depositKey', { luks: { uuid, keyslotDigest }, key }, this.#options()).catch(fail)
  }

  async attest(asked: AttestationAsked): Promise<AttestationToken> {
    return readAnswer(tokenAnswer, await unary(this.#client, 'attest', asked, this.#options()).catch(fail))
  }

  close(): void {
    this.#client.close()
  }
}

async function admissionOf(
  stream: ClientReadableStream<PowerOnEvent__Output>,
  onHeld: (decision: bigint) => void,
): Promise<Admission> {
  for await (const message of stream) {
    const event = readAnswer(powerOnEvent, message)
    switch (event.event) {
      case 'held':
        onHeld(event.held.decision)
        break
      case 'admitted':
        return { kind: 'admitted', ...event.admitted }
      case 'rekey':
        return { kind: 'rekey', ...event.rekey }
    }
  }
  throw new GateError('unreachable', 'the server ended the request without an answer')
}

function fail(thrown: unknown): never {
  throw gateErrorOf(thrown)
}
