import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { flows } from './flows.ts'
import { keyFlows } from './key-flows.ts'
import { moreFlows } from './more-flows.ts'
import { Tools } from './tools.ts'
import { newTpmFolder, serveTpm, startSwtpm, type TpmProcess } from './tpm-process.ts'

/** The reference runs the same flows: what it does not pass is no fault of ours. */
const servers: readonly (readonly [string, (folder: string) => Promise<TpmProcess>])[] = [
  [
    'bootlatch-agent tpm serve',
    (folder) => {
      newTpmFolder(folder)
      return serveTpm(folder)
    },
  ],
  ['swtpm', startSwtpm],
]

for (const [name, start] of servers) {
  describe(`tpm2-tools on ${name}`, () => {
    let folder: string
    let tpm: TpmProcess
    let tools: Tools

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'bootlatch-tools-'))
      tpm = await start(folder)
      tools = new Tools(folder, tpm.port)
      await tools.run('startup', '-c')
    })

    after(async () => {
      await tpm.end('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    })

    for (const [flow, run] of Object.entries({ ...flows, ...moreFlows, ...keyFlows })) {
      it(flow, async () => {
        await run(tools)
      })
    }
  })
}
