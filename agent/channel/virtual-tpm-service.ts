import { type handleBidiStreamingCall, type handleUnaryCall } from '@grpc/grpc-js'
import { RpcError, toStatus, type VirtualTpmHandlers } from '../../core/rpc/index.ts'
import { type SerialTpm } from './serial-tpm.ts'
import { maxLocality, maxMessageBytes } from './virtual-tpm.ts'

type TransmitRequest = Parameters<VirtualTpmHandlers['Transmit']>[0]['request']

/** The handlers of `bootlatch.v1.VirtualTpm` for one TPM. */
export function virtualTpmHandlers(tpm: SerialTpm): VirtualTpmHandlers {
  const requirePower = (): void => {
    if (!tpm.powered) throw new RpcError('tpm/off')
  }
  const transmit = async ({ command, locality }: TransmitRequest): Promise<{ response: Uint8Array }> => {
    requirePower()
    if (locality > maxLocality) throw new RpcError('request/malformed', `locality ${locality} is none of 0 to 4`)
    if (command.length > maxMessageBytes) throw new RpcError('request/too-large')
    return { response: await tpm.execute(new Uint8Array(command), locality) }
  }
  return {
    Transmit: unary(transmit),
    Session: inOrder(transmit),
    PowerOn: unary(async () => {
      await tpm.powerOn()
      return {}
    }),
    PowerOff: unary(async () => {
      requirePower()
      await tpm.powerOff()
      return {}
    }),
    Reset: unary(async () => {
      requirePower()
      await tpm.reset()
      return {}
    }),
    Cancel: unary(() => {
      requirePower()
      tpm.cancel()
      return {}
    }),
  }
}

function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    void Promise.resolve(call.request)
      .then(answer)
      .then(
        (response) => {
          callback(null, response)
        },
        (error: unknown) => {
          callback(toStatus(error))
        },
      )
  }
}

/** The next request is read when the one before is answered; the first that fails ends the stream. */
function inOrder<Request, Response>(
  answer: (request: Request) => Promise<Response>,
): handleBidiStreamingCall<Request, Response> {
  return (call) => {
    let running = Promise.resolve()
    call.on('data', (request: Request) => {
      call.pause()
      running = answer(request).then(
        (response) => {
          call.write(response)
          call.resume()
        },
        (error: unknown) => {
          call.emit('error', toStatus(error))
        },
      )
    })
    call.on('end', () => {
      void running.then(() => {
        call.end()
      })
    })
  }
}
