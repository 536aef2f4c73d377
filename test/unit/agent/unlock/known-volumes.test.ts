import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { WireError } from '../../../../core/bytes/index.ts'
import { DiskFolder, type Folder } from '../../../../agent/config/index.ts'
import { keepVolume, knownVolumes } from '../../../../agent/unlock/known-volumes.ts'

const uuid = (fill: number) => new Uint8Array(16).fill(fill)

describe('the volumes of a machine', () => {
  let path: string
  let files: Folder
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'bootlatch-volumes-'))
    files = new DiskFolder(path)
  })
  afterEach(() => {
    rmSync(path, { recursive: true })
  })

  it('are none at first', () => {
    expect(knownVolumes(files)).to.deep.equal([])
  })
  it('are remembered in order, each with its newest place', () => {
    keepVolume(files, { uuid: uuid(1), device: '/dev/vda' })
    keepVolume(files, { uuid: uuid(2), device: '/dev/vdb' })
    keepVolume(files, { uuid: uuid(1), device: '/dev/vdc' })
    expect(knownVolumes(files)).to.deep.equal([
      { uuid: uuid(2), device: '/dev/vdb' },
      { uuid: uuid(1), device: '/dev/vdc' },
    ])
  })
  for (const text of ['', '{}', '{"format":"bootlatch-volumes-v1","volumes":[{"uuid":"x","device":"y"}]}']) {
    it(`are refused as ${text || 'nothing'}`, () => {
      files.replace('volumes.json', new TextEncoder().encode(text))
      expect(() => knownVolumes(files)).to.throw(WireError)
    })
  }
})
