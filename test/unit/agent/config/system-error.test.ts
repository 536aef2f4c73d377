import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { expect } from 'chai'
import { describeSystemError } from '../../../../agent/config/index.ts'

describe('describeSystemError', () => {
  const thrownBy = (act: () => unknown): unknown => {
    try {
      act()
    } catch (error) {
      return error
    }
    return undefined
  }

  it('says which file, and what about it', () => {
    const missing = thrownBy(() => readFileSync('/none/at/all'))
    expect(describeSystemError(missing)).to.equal('/none/at/all: no such file or folder (ENOENT)')
    const below = thrownBy(() => readFileSync('/etc/passwd/x'))
    expect(describeSystemError(below)).to.equal('/etc/passwd/x: lies below what is no folder (ENOTDIR)')
  })

  it('says where another program listens', async () => {
    const first = createServer().listen(0, '127.0.0.1')
    await once(first, 'listening')
    const { port } = first.address() as { port: number }
    const second = createServer().listen(port, '127.0.0.1')
    const [error] = (await once(second, 'error').catch((thrown: unknown) => [thrown])) as [unknown]
    first.close()
    expect(describeSystemError(error)).to.equal(
      `127.0.0.1:${port}: another program listens there; end it, or choose another place (EADDRINUSE)`,
    )
  })

  it('leaves what it does not know in the words of the system', () => {
    const odd = Object.assign(new Error('EXDEV: cross-device link'), { syscall: 'rename', code: 'EXDEV', path: 'a' })
    expect(describeSystemError(odd)).to.equal('EXDEV: cross-device link')
    const placeless = Object.assign(new Error('ENOSPC: no space left'), { syscall: 'write', code: 'ENOSPC' })
    expect(describeSystemError(placeless)).to.equal('ENOSPC: no space left')
    expect(describeSystemError(new Error('ours'))).to.equal(undefined)
    expect(describeSystemError('text')).to.equal(undefined)
  })
})
