import type { ServerWritableStream } from '@grpc/grpc-js'
import {
  RpcError,
  type BootHandlers,
  type PowerOnEvent as PowerOnMessage,
  type PowerOnRequest__Output as PowerOnCallRequest,
} from '../../core/rpc/index.ts'
import { depositKey, powerOn, type Gates, type MachinePeer, type PowerOnEvent } from '../appraise/index.ts'
import type { PeerCall } from '../listen/index.ts'
import { answering, machineOf, streaming } from './answering.ts'
import { checked, requests } from './checked.ts'

/** The two gates over gRPC. */
export function bootHandlers(gates: Gates): BootHandlers {
  const { parts } = gates
  const { log } = parts
  const peerOf = (call: PeerCall): MachinePeer => meteredPeer(gates, call)
  return {
    PowerOn: streaming(
      log,
      'Boot.PowerOn',
      async function* (call: ServerWritableStream<PowerOnCallRequest, PowerOnMessage>, gone) {
        const request = checked(requests.powerOn, call.request)
        for await (const event of powerOn(gates, peerOf(call), request, gone)) yield messageOf(event)
      },
    ),
    Challenge: answering(log, 'Boot.Challenge', async (call) => {
      const { bootId } = checked(requests.challenge, call.request)
      const { selection, ...given } = await gates.release.challenge(peerOf(call), bootId)
      return { ...given, selection: selection.map(({ hash, pcrs }) => ({ hash, pcrs: [...pcrs] })) }
    }),
    Release: answering(log, 'Boot.Release', async (call) => {
      const request = checked(requests.release, call.request)
      const { decision, sealedKeys } = await gates.release.release(peerOf(call), request)
      return { decision, sealedKeys }
    }),
    Attest: answering(log, 'Boot.Attest', (call) => {
      const asked = checked(requests.attest, call.request)
      return gates.results.ofMachine(peerOf(call), asked)
    }),
    DepositKey: answering(log, 'Boot.DepositKey', async (call) => {
      const { luks, key } = checked(requests.depositKey, call.request)
      const peer = peerOf(call)
      return await depositKey(parts, gates.groupKeys, gates.shelf, peer, { ...luks, key })
    }),
  }
}

/** @throws RpcError where the other end is no machine, or asks too often, or while the server stops. */
function meteredPeer(gates: Gates, call: PeerCall): MachinePeer {
  const peer = machineOf(gates.parts.ca, call)
  if (gates.isStopping) throw new RpcError('server/sealed', 'The server is stopping; ask again.')
  gates.meter.count(peer)
  return peer
}

function messageOf(event: PowerOnEvent): PowerOnMessage {
  switch (event.kind) {
    case 'held':
      return { held: { decision: event.decision } }
    case 'admitted': {
      const { bootId, decision, sealedStateKeys } = event
      return { admitted: { bootId, decision, sealedStateKeys } }
    }
    case 'rekey':
      return { rekey: { decision: event.decision, sealedRekey: event.sealedRekey } }
  }
}
