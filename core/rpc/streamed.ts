import { Metadata, type CallOptions, type ClientReadableStream } from '@grpc/grpc-js'
import { fromStatus } from './rpc-error.ts'

/** The last overload of a generated method that answers with a stream. */
type Streaming<Request, Response> = (argument: Request, options?: CallOptions) => ClientReadableStream<Response>

type RequestOf<Method> = Method extends Streaming<infer Request, unknown> ? Request : never
type ResponseOf<Method> = Method extends Streaming<never, infer Response> ? Response : never

/**
 * Calls a method that answers with a stream; who stops reading ends the call.
 * @throws RpcError what the server meant; ServiceError where no Bootlatch server answered.
 */
export async function* streamed<Client, Method extends keyof Client>(
  client: Client,
  method: Method,
  request: RequestOf<Client[Method]>,
  options: CallOptions = {},
): AsyncGenerator<ResponseOf<Client[Method]>, void, void> {
  type Response = ResponseOf<Client[Method]>
  const open = client[method] as unknown as (
    this: Client,
    argument: RequestOf<Client[Method]>,
    metadata: Metadata,
    options: CallOptions,
  ) => ClientReadableStream<Response>
  const call = open.call(client, request, new Metadata(), options)
  try {
    for await (const response of call) yield response as Response
  } catch (error) {
    throw fromStatus(error as Parameters<typeof fromStatus>[0]) ?? error
  } finally {
    call.cancel()
  }
}
