import { type Client, Metadata, type MethodDefinition, status, type StatusObject } from '@grpc/grpc-js'
import { fromStatus } from '../../core/rpc/index.ts'

/** Nothing here waits: who holds a request for a person is let go. */
const deadlineMs = 500

/** Sends messages as they are to a method of any kind, and resolves with the status that ends the call. */
export function callRaw(
  client: Client,
  { path, responseDeserialize }: Pick<MethodDefinition<object, object>, 'path' | 'responseDeserialize'>,
  messages: readonly Uint8Array[],
): Promise<StatusObject> {
  const asItIs = (message: Uint8Array): Buffer => Buffer.from(message)
  const options = { deadline: Date.now() + deadlineMs }
  const call = client.makeBidiStreamRequest(path, asItIs, responseDeserialize, new Metadata(), options)
  return new Promise((resolve) => {
    call.on('status', resolve)
    call.on('error', () => undefined)
    call.on('data', () => undefined)
    for (const message of messages) call.write(message)
    call.end()
  })
}

/** What gRPC itself says of bytes that are no message, or of too many messages or none. */
const refusedBelow: readonly RegExp[] = [
  /deserializing request/i,
  /(second|no|without a?) ?request message/i,
  /half-close/i,
]

/** Whether a service knew what it answered: its error of no other name is a fault that nobody expected. */
export function isClean(ended: StatusObject): boolean {
  if (ended.code === status.OK || ended.code === status.DEADLINE_EXCEEDED) return true
  const meant = fromStatus(ended)
  if (meant !== undefined) return meant.code !== 'server/internal'
  return refusedBelow.some((pattern) => pattern.test(ended.details))
}
