import { Metadata, type CallOptions, type ClientUnaryCall, type requestCallback } from '@grpc/grpc-js'
import { fromStatus } from './rpc-error.ts'

/** The last overload of a generated method, which is the one that inference sees. */
type Unary<Request, Response> = (argument: Request, callback: requestCallback<Response>) => ClientUnaryCall

type RequestOf<Method> = Method extends Unary<infer Request, unknown> ? Request : never
type ResponseOf<Method> = Method extends Unary<never, infer Response> ? Response : never

/**
 * Calls one unary method: `unary(client, 'showMachine', request, { deadline })`.
 * @throws RpcError what the server meant; ServiceError where no Bootlatch server answered.
 */
export function unary<Client, Method extends keyof Client>(
  client: Client,
  method: Method,
  request: RequestOf<Client[Method]>,
  options: CallOptions = {},
): Promise<ResponseOf<Client[Method]>> {
  type Request = RequestOf<Client[Method]>
  type Response = ResponseOf<Client[Method]>
  return new Promise((resolve, reject) => {
    const done: requestCallback<Response> = (error, response) => {
      if (error !== null) reject(fromStatus(error) ?? error)
      else if (response === undefined) reject(new TypeError('a call that succeeded has a response'))
      else resolve(response)
    }
    const call = client[method] as unknown as (
      this: Client,
      argument: Request,
      metadata: Metadata,
      options: CallOptions,
      callback: requestCallback<Response>,
    ) => ClientUnaryCall
    call.call(client, request, new Metadata(), options, done)
  })
}
