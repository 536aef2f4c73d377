import { expect } from 'chai'
import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { lockState, StateInUseError } from '../../../../agent/channel/state-lock.ts'
import { scratchFolder } from './scratch.ts'

describe('state lock', () => {
  const folder = scratchFolder()

  async function outcome(path: string): Promise<string> {
    return lockState(path).then(
      () => 'locked',
      (error: unknown) => (error instanceof StateInUseError ? 'in use' : (error as NodeJS.ErrnoException).code!),
    )
  }

  it('refuses the second until the first lets go, by whatever name the folder is called', async () => {
    const path = join(folder, 'state')
    mkdirSync(path)
    const lock = await lockState(path)
    expect(await outcome(`${path}/../state`)).to.equal('in use')
    renameSync(path, join(folder, 'renamed'))
    expect(await outcome(join(folder, 'renamed'))).to.equal('in use')
    await lock.release()
    const next = await lockState(join(folder, 'renamed'))
    await next.release()
  })

  it('does not keep others from other folders', async () => {
    const paths = ['a', 'b'].map((name) => join(folder, name))
    for (const path of paths) mkdirSync(path)
    const locks = await Promise.all(paths.map(lockState))
    for (const lock of locks) await lock.release()
  })

  it('says that there is no folder', async () => {
    expect(await outcome(join(folder, 'none'))).to.equal('ENOENT')
  })
})
