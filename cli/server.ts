import { isIP } from 'node:net'
import { checkServerIdentity } from 'node:tls'
import { credentials, status, type ServiceError, type VerifyOptions } from '@grpc/grpc-js'
import { AdminClient, RpcError, streamed, unary } from '../core/rpc/index.ts'
import { diagnose, hostAndPort } from './diagnosis.ts'
import { explain } from './explain.ts'
import { Failure } from './failure.ts'
import type { Operator } from './operator.ts'

const callMs = 30_000
const streamMs = 60 * 60_000

/** A decision with all its reasons is far smaller; more is refused before it is decoded. */
const longestAnswerBytes = 8 * 1024 * 1024

/** What a method of the service is asked, and what it answers. */
export type Question<Method extends keyof AdminClient> = Parameters<typeof unary<AdminClient, Method>>[2]
export type Reply<Method extends keyof AdminClient> = Awaited<ReturnType<typeof unary<AdminClient, Method>>>
export type StreamQuestion<Method extends keyof AdminClient> = Parameters<typeof streamed<AdminClient, Method>>[2]
export type Stream<Method extends keyof AdminClient> = ReturnType<typeof streamed<AdminClient, Method>>

/** The admin service of one policy server, as one operator. */
export class Server {
  readonly #operator: Operator
  readonly #client: AdminClient

  constructor(operator: Operator) {
    this.#operator = operator
    const { host } = hostAndPort(operator.address)
    // RFC 6066, 3 allows no address as server name, and Node warns of it on stderr: the certificate is held against
    // the real address all the same.
    const verify: VerifyOptions = {
      checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
    }
    const channel = credentials.createFromSecureContext(operator.secureContext(), verify)
    this.#client = new AdminClient(operator.address, channel, {
      'grpc.max_receive_message_length': longestAnswerBytes,
      'grpc.enable_retries': 0,
      ...(isIP(host) === 0 ? {} : { 'grpc.ssl_target_name_override': 'address.invalid' }),
    })
  }

  get address(): string {
    return this.#operator.address
  }

  /**
   * Calls one method of the service.
   * @throws Failure with words for a person, whatever went wrong.
   */
  async ask<Method extends keyof AdminClient>(method: Method, request: Question<Method>): Promise<Reply<Method>> {
    try {
      return await unary(this.#client, method, request, { deadline: Date.now() + callMs })
    } catch (thrown) {
      throw await this.#failure(thrown)
    }
  }

  /**
   * Calls a method that answers with a stream.
   * @throws Failure with words for a person, whatever went wrong.
   */
  async *stream<Method extends keyof AdminClient>(method: Method, request: StreamQuestion<Method>): Stream<Method> {
    try {
      yield* streamed(this.#client, method, request, { deadline: Date.now() + streamMs })
    } catch (thrown) {
      throw await this.#failure(thrown)
    }
  }

  close(): void {
    this.#client.close()
  }

  async #failure(thrown: unknown): Promise<unknown> {
    if (thrown instanceof RpcError) return explain(thrown)
    if (!isServiceError(thrown)) return thrown
    if (thrown.code === status.UNAVAILABLE) return await diagnose(this.#operator, thrown)
    if (thrown.code === status.DEADLINE_EXCEEDED) {
      return new Failure('server/silent', `the server at ${this.address} did not answer within ${callMs / 1000} s`, {
        cause: thrown,
        advice: ['What was asked may have been done: look before you ask again.'],
      })
    }
    return new Failure(
      'server/unreachable',
      `${this.address} answered as no Bootlatch server does: ${thrown.details}`,
      {
        cause: thrown,
        advice: ['Does the bundle name the main listener, and do server and command line have the same version?'],
      },
    )
  }
}

function isServiceError(thrown: unknown): thrown is ServiceError {
  return thrown instanceof Error && 'code' in thrown && 'details' in thrown && 'metadata' in thrown
}
