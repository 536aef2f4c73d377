import { SwtpmTransport } from '../../../agent/channel/index.ts'
import { boundSessions, oddRequests } from '../../conformance/odd-requests.ts'
import { benchOf } from '../../conformance/tpm-bench.ts'
import { Scratch } from './scratch.ts'
import { startSwtpm } from './tpm-process.ts'
import { twinOnBench } from './twin.ts'

describe('odd requests held against swtpm', () => {
  const scratch = new Scratch()
  oddRequests(async () => twinOnBench(await scratch.started(startSwtpm(scratch.folder()))))
})

describe('bound sessions of our client with swtpm', () => {
  const scratch = new Scratch()
  boundSessions(async () => {
    const { port } = await scratch.started(startSwtpm(scratch.folder()))
    const transport = new SwtpmTransport({ kind: 'tcp', host: '127.0.0.1', port })
    const close = (): void => {
      transport.close()
    }
    return benchOf(transport, { exact: () => undefined, powerCycle: () => Promise.resolve(), close })
  })
})
