import { randomBytes, X509Certificate } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { toHex } from '../../../../core/bytes/index.ts'
import {
  DataFolderError,
  dataPaths,
  openData,
  takeDataFolder,
  type OpenData,
} from '../../../../policy-server/data/data-folder.ts'
import { DataFolderBusy, localDisk, Operators } from '../../../../policy-server/data/index.ts'
import type { Disk } from '../../../../policy-server/data/disk.ts'
import { KeyError } from '../../../../policy-server/keys/index.ts'
import { failingDisk, PowerCut, type Strike } from '../../../fakes/faulty-disk.ts'

const random = (size: number): Uint8Array => Uint8Array.from(randomBytes(size))
const strikes: readonly Strike[] = ['before', 'in', 'after']
/** More steps than a first start has. */
const manySteps = 40

interface Bundle {
  readonly certificate: string
}

describe('data folder', () => {
  let scratch: string
  let folder: string
  let passphraseFile: string
  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'bootlatch-data-'))
    passphraseFile = join(scratch, 'passphrase')
    writeFileSync(passphraseFile, 'correct horse')
    chmodSync(passphraseFile, 0o600)
  })
  after(() => {
    rmSync(scratch, { recursive: true })
  })
  beforeEach(() => {
    folder = join(scratch, toHex(random(4)))
    mkdirSync(folder)
  })

  const cost = { memoryKiB: 8, passes: 1, lanes: 1 }
  const open = (disk: Disk = localDisk): Promise<OpenData> =>
    openData(folder, { disk, passphrase: { file: passphraseFile }, random, clock: () => Date.now(), cost })
  const firstStart = async (disk: Disk): Promise<OpenData> => {
    const data = await open(disk)
    const operators = new Operators(dataPaths(folder).operators, disk)
    const address = '192.0.2.1:7443'
    if (operators.none) {
      await operators.issue(
        data.ca,
        { name: 'admin', address, anchor: data.ca.certificate },
        dataPaths(folder).operatorBundle,
      )
    }
    return data
  }

  it('keeps vault and authority over a restart', async () => {
    const wrapped = await (await open()).vault.createGroupKey('default')
    const again = await open()
    await again.vault.openGroupKey(wrapped)
    expect(again.ca.serverId).to.deep.equal((await open()).ca.serverId)
  })

  it('shows nothing of it to other users', async () => {
    await firstStart(localDisk)
    const { vault, authorities, operatorBundle } = dataPaths(folder)
    for (const path of [vault, authorities, operatorBundle]) expect(statSync(path).mode & 0o777, path).to.equal(0o600)
  })

  it('opens for the right passphrase alone', async () => {
    await open()
    writeFileSync(passphraseFile, 'another')
    const failure = await open().catch((error: unknown) => error)
    writeFileSync(passphraseFile, 'correct horse')
    expect(failure).to.be.instanceOf(KeyError).with.property('problem', 'keys/wrong-passphrase')
  })

  for (const missing of ['vault', 'authorities'] as const) {
    it(`makes no new ${missing} beside a database that needs the old`, async () => {
      await open()
      const paths = dataPaths(folder)
      writeFileSync(paths.database, '')
      rmSync(paths[missing])
      const failure = await open().catch((error: unknown) => error)
      expect(failure)
        .to.be.instanceOf(DataFolderError)
        .with.property('message')
        .that.includes(`${paths[missing]} is missing`)
      expect(existsSync(paths[missing])).to.equal(false)
    })
  }

  it('makes no new vault beside an authority that needs the old', async () => {
    await open()
    rmSync(dataPaths(folder).vault)
    expect(await open().catch((error: unknown) => error)).to.be.instanceOf(DataFolderError)
  })

  it('starts after a power cut at any step of the first start, with an operator who may come in', async () => {
    const counting = failingDisk(manySteps, 'before')
    await firstStart(counting)
    const steps = counting.steps()
    expect(steps).to.be.within(12, manySteps - 1)

    for (const strike of strikes) {
      for (let step = 1; step <= steps; step += 1) {
        folder = join(scratch, toHex(random(4)))
        mkdirSync(folder)
        const broken = await firstStart(failingDisk(step, strike)).catch((error: unknown) => error)
        expect(broken, `${strike} step ${step}`).to.be.instanceOf(PowerCut)

        const { ca } = await firstStart(localDisk)
        const { operators, operatorBundle } = dataPaths(folder)
        const { certificate } = JSON.parse(readFileSync(operatorBundle, 'utf8')) as Bundle
        const identity = ca.peerIdentity(Uint8Array.from(new X509Certificate(certificate).raw))
        expect(new Operators(operators, localDisk).isLive(identity, Date.now()), `${strike} step ${step}`).to.equal(
          true,
        )
      }
    }
  })

  it('belongs to one process at a time', () => {
    const held = takeDataFolder(folder)
    expect(() => takeDataFolder(folder)).to.throw(DataFolderBusy)
    held.release()
    takeDataFolder(folder).release()
  })

  it('lists every certificate of operators with the file that ends it, and none where there is no folder', async () => {
    const { ca } = await firstStart(localDisk)
    const { operators: path } = dataPaths(folder)
    const operators = new Operators(path, localDisk)
    const ann = { name: 'ann', address: '192.0.2.1:7443', anchor: ca.certificate }
    for (const device of ['desk', 'laptop']) await operators.issue(ca, ann, join(folder, `${device}.json`))
    writeFileSync(join(path, `bob.${'ab'.repeat(32)}.crt.pem`), 'no certificate')
    writeFileSync(join(path, 'notes.txt'), '')
    const nowMs = Date.now()
    const listed = operators.list(nowMs)
    expect(listed.map(({ name, live }) => [name, live])).to.deep.equal([
      ['admin', true],
      ['ann', true],
      ['ann', true],
      ['bob', false],
    ])
    for (const { name, until = '', record } of listed.slice(0, 3)) {
      expect(Date.parse(until), name).to.be.greaterThan(nowMs)
      rmSync(record)
    }
    expect(operators.list(nowMs).map(({ name, until }) => [name, until])).to.deep.equal([['bob', undefined]])
    expect(new Operators(join(folder, 'none'), localDisk).list(nowMs)).to.deep.equal([])
  })

  it('forgets an operator whose file is gone, or whose certificate has ended', async () => {
    const { ca } = await firstStart(localDisk)
    const { operators, operatorBundle } = dataPaths(folder)
    const { certificate } = JSON.parse(readFileSync(operatorBundle, 'utf8')) as Bundle
    const identity = ca.peerIdentity(Uint8Array.from(new X509Certificate(certificate).raw))
    const afterItsEnd = Date.parse(new X509Certificate(certificate).validTo)
    expect(new Operators(operators, localDisk).isLive(identity, afterItsEnd)).to.equal(false)
    rmSync(operators, { recursive: true })
    expect(new Operators(operators, localDisk).isLive(identity, Date.now())).to.equal(false)
    expect(new Operators(operators, localDisk).none).to.equal(true)
  })
})
