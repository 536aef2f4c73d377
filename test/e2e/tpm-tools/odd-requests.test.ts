import { oddRequests } from '../../conformance/odd-requests.ts'
import { Scratch } from './scratch.ts'
import { startSwtpm } from './tpm-process.ts'
import { twinOnBench } from './twin.ts'

describe('odd requests held against swtpm', () => {
  const scratch = new Scratch()
  oddRequests(async () => twinOnBench(await scratch.started(startSwtpm(scratch.folder()))))
})
