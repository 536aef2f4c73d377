import { Metadata, type CallOptions, type ClientUnaryCall, type requestCallback } from '@grpc/grpc-js'
import { fromStatus } from './rpc-error.ts'

type Invoke<Request, Response> = (argument: Request, callback: requestCallback<Response>) => ClientUnaryCall

/**
 * Calls one unary method: `unary(client, 'showMachine', request, { deadline })`.
 * @throws RpcError what the server meant; ServiceError where no Bootlatch server answered.
 */
export function unary<Client, Method extends keyof Client, Request, Response>(
  client: Client & Record<Method, Invoke<Request, Response>>,
  method: Method,
  request: Request,
  options: CallOptions = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const done: requestCallback<Response> = (error, response) => {
      if (error !== null) reject(fromStatus(error) ?? error)
      else if (response === undefined) reject(new TypeError('a call that succeeded has a response'))
      else resolve(response)
    }
    // The generated overloads all lead to this one; inference sees only the last.
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
