import { expect } from 'chai'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { KeyFileError, readStateKey } from '../../../../agent/channel/state-key-file.ts'
import { scratchFolder } from './scratch.ts'

describe('state key file', () => {
  const folder = scratchFolder()
  const key = Uint8Array.from({ length: 32 }, (_, i) => i)

  function write(name: string, bytes: Uint8Array, mode: number): string {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    chmodSync(path, mode)
    return path
  }

  it('reads 32 raw bytes that only their owner can read', async () => {
    expect(await readStateKey(write('good', key, 0o600))).to.deep.equal(key)
  })

  for (const { name, make, problem } of [
    { name: 'open to the group', make: () => write('group', key, 0o640), problem: 'mode is 0640, must be 0600' },
    { name: 'open to the world', make: () => write('world', key, 0o604), problem: 'mode is 0604, must be 0600' },
    { name: 'executable', make: () => write('executable', key, 0o700), problem: 'mode is 0700, must be 0600' },
    { name: 'too short', make: () => write('short', key.subarray(1), 0o600), problem: '31 bytes, must be 32' },
    { name: 'too long', make: () => write('long', Uint8Array.of(...key, 10), 0o600), problem: '33 bytes, must be 32' },
    { name: 'empty', make: () => write('empty', new Uint8Array(0), 0o600), problem: '0 bytes, must be 32' },
    { name: 'absent', make: () => join(folder, 'absent'), problem: 'cannot be read (ENOENT)' },
    {
      name: 'a folder',
      make: () => {
        mkdirSync(join(folder, 'folder'))
        return join(folder, 'folder')
      },
      problem: 'no regular file',
    },
  ]) {
    it(`refuses one that is ${name}, in one line that names it`, async () => {
      const path = make()
      const refused = await readStateKey(path).then(
        () => undefined,
        (error: unknown) => error,
      )
      expect(refused).to.be.instanceOf(KeyFileError)
      expect((refused as KeyFileError).message).to.equal(`${path}: ${problem}`)
    })
  }
})
