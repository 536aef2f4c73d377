import { mkdtempSync, rmSync, statSync, writeFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { DiskFolder, FolderInUse, holdFolder } from '../../../../agent/config/index.ts'
import { WireError } from '../../../../core/bytes/index.ts'

const bytes = (text: string) => Uint8Array.from(Buffer.from(text))
const mode = (path: string) => statSync(path).mode & 0o777

describe('DiskFolder', () => {
  let path: string
  beforeEach(() => (path = join(mkdtempSync(join(tmpdir(), 'bootlatch-config-')), 'state')))
  afterEach(() => {
    rmSync(join(path, '..'), { recursive: true })
  })

  it('is for its owner alone, and so is all in it', () => {
    const folder = new DiskFolder(path)
    folder.replace('key', bytes('secret'))
    expect(mode(path)).to.equal(0o700)
    expect(mode(folder.pathOf('key'))).to.equal(0o600)
  })

  it('reads what it replaced, and leaves nothing else behind', () => {
    const folder = new DiskFolder(path)
    folder.replace('file', bytes('old'))
    folder.replace('file', bytes('new'))
    expect(folder.read('file')).to.deep.equal(bytes('new'))
    expect(readdirSync(path)).to.deep.equal(['file'])
  })

  it('writes over what a crash left half written, with the right mode', () => {
    const folder = new DiskFolder(path)
    writeFileSync(join(path, 'file.new'), 'half', { mode: 0o644 })
    folder.replace('file', bytes('whole'))
    expect(folder.read('file')).to.deep.equal(bytes('whole'))
    expect(mode(folder.pathOf('file'))).to.equal(0o600)
  })

  it('knows what is not there', () => {
    const folder = new DiskFolder(path)
    expect(folder.read('none')).to.equal(undefined)
    expect(folder.has('none')).to.equal(false)
    expect(() => {
      folder.remove('none')
    }).not.to.throw()
  })

  it('refuses to read what no machine writes', () => {
    const folder = new DiskFolder(path)
    writeFileSync(join(path, 'huge'), Buffer.alloc((1 << 20) + 1))
    expect(() => folder.read('huge')).to.throw(WireError, 'huge: 1048577 bytes')
  })

  it('takes a file of an inner folder over its own', () => {
    const folder = new DiskFolder(path)
    folder.replace('file', bytes('old'))
    const inner = folder.inner('work')
    inner.replace('file', bytes('new'))
    folder.takeFrom(inner, 'file')
    expect(folder.read('file')).to.deep.equal(bytes('new'))
    expect(inner.has('file')).to.equal(false)
    folder.removeInner('work')
    expect(readdirSync(path)).to.deep.equal(['file'])
  })
})

describe('holdFolder', () => {
  it('lets one in, and the next once the first has left', async () => {
    const path = mkdtempSync(join(tmpdir(), 'bootlatch-hold-'))
    const first = await holdFolder(path)
    const second: unknown = await holdFolder(path).catch((reason: unknown) => reason)
    expect(second).to.be.instanceOf(FolderInUse)
    await first.release()
    const third = await holdFolder(path)
    await third.release()
    rmSync(path, { recursive: true })
  })
})
