import type { JoinHandlers } from '../../core/rpc/index.ts'
import { begin, complete, loggingRefusals, prove, type GroupKeys, type Parts } from '../appraise/index.ts'
import { peerAddress } from '../listen/index.ts'
import { answering } from './answering.ts'
import { checked, requests } from './checked.ts'

/** Enrolment over gRPC. */
export function joinHandlers(parts: Parts, groupKeys: GroupKeys): JoinHandlers {
  const { log, server } = parts
  const step = <Answer>(name: string, peer: string, work: () => Promise<Answer>) =>
    loggingRefusals(log, name, peerAddress(peer), work)
  return {
    Begin: answering(log, 'Join.Begin', (call) =>
      step('begin', call.getPeer(), () => begin(parts, groupKeys, checked(requests.begin, call.request))),
    ),
    Prove: answering(log, 'Join.Prove', (call) =>
      step('prove', call.getPeer(), async () => ({
        challenges: [...(await prove(parts, groupKeys, checked(requests.prove, call.request)))],
      })),
    ),
    Complete: answering(log, 'Join.Complete', (call) =>
      step('complete', call.getPeer(), async () => {
        const done = await complete(parts, groupKeys, checked(requests.complete, call.request))
        return {
          machineCertificates: [...done.machineCertificates],
          ekCertificates: [...done.ekCertificates],
          machineName: done.machineName,
          serverAnchor: server.anchor,
          mainAddress: server.mainAddress,
        }
      }),
    ),
  }
}
