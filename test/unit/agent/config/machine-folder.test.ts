import { createHash, createPublicKey } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { WireError } from '../../../../core/bytes/index.ts'
import {
  completeEnrolment,
  DiskFolder,
  machineBeingEnrolled,
  MachineFolder,
  NotEnrolled,
  settleEnrolment,
  type Folder,
  type MachineIdentity,
} from '../../../../agent/config/index.ts'

const identity: MachineIdentity = {
  machineId: Uint8Array.from({ length: 16 }, (_, i) => i),
  machineName: 'vm',
  serverId: new Uint8Array(32).fill(9),
  mainAddress: '[::1]:7443',
}
const token = (fill: number) => new Uint8Array(32).fill(fill)
const text = (content: string) => new TextEncoder().encode(content)

describe('MachineFolder', () => {
  let path: string
  let files: Folder
  let machine: MachineFolder
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'bootlatch-machine-'))
    files = new DiskFolder(path)
    machine = new MachineFolder(files)
  })
  afterEach(() => {
    rmSync(path, { recursive: true })
  })

  it('draws the machine key once', () => {
    const pem = () => machine.machineKey().export({ type: 'pkcs8', format: 'pem' })
    expect(pem()).to.equal(pem())
    expect(machine.machineKey().asymmetricKeyDetails?.namedCurve).to.equal('prime256v1')
  })

  it('shows the key by the SHA-256 of its SPKI, which the server shows too', () => {
    const spki = createPublicKey(machine.machineKey()).export({ type: 'spki', format: 'der' })
    expect(machine.machineKeyFingerprint()).to.equal(createHash('sha256').update(spki).digest('hex'))
  })

  it('reads back what it keeps', () => {
    machine.keepIdentity(identity)
    machine.keepBootTokens([token(1), token(2)])
    machine.keepAkAuth(token(3))
    machine.keepCertificates('ekCertificates', 'PEM')
    expect(machine.identity()).to.deep.equal(identity)
    expect(machine.bootTokens()).to.deep.equal([token(1), token(2)])
    expect(machine.akAuth()).to.deep.equal(token(3))
    expect(machine.waitingEkCertificates()).to.equal('PEM')
    machine.forgetEkCertificates()
    expect(machine.waitingEkCertificates()).to.equal(undefined)
  })

  it('says that a machine is not enrolled', () => {
    expect(machine.isEnrolled).to.equal(false)
    for (const read of [() => machine.identity(), () => machine.bootTokens(), () => machine.akAuth()]) {
      expect(read).to.throw(NotEnrolled)
    }
  })

  const damaged: readonly { name: string; file: string; content: Uint8Array; read: () => unknown }[] = [
    { name: 'no JSON', file: 'machine.json', content: text('{'), read: () => machine.identity() },
    { name: 'another format', file: 'machine.json', content: text('{"format":"x"}'), read: () => machine.identity() },
    {
      name: 'an unknown field',
      file: 'machine.json',
      content: text(
        JSON.stringify({
          format: 'bootlatch-machine-v1',
          machineId: '00010203-0405-0607-0809-0a0b0c0d0e0f',
          machineName: 'vm',
          serverId: '09'.repeat(32),
          mainAddress: 'a:1',
          more: 1,
        }),
      ),
      read: () => machine.identity(),
    },
    { name: 'other magic', file: 'tokens', content: text('BLxx\x01\x00'), read: () => machine.bootTokens() },
    { name: 'no boot token', file: 'tokens', content: text('BLbt\x01\x00'), read: () => machine.bootTokens() },
    { name: 'a short boot token', file: 'tokens', content: text('BLbt\x01\x01abc'), read: () => machine.bootTokens() },
    { name: 'too many boot tokens', file: 'tokens', content: text('BLbt\x01\x41'), read: () => machine.bootTokens() },
    { name: 'a short authorization value', file: 'ak.auth', content: text('abc'), read: () => machine.akAuth() },
  ]
  for (const { name, file, content, read } of damaged) {
    it(`refuses ${name} in ${file}`, () => {
      files.replace(file, content)
      expect(read).to.throw(WireError)
    })
  }

  describe('that is enrolled anew', () => {
    beforeEach(() => {
      machine.keepIdentity({ ...identity, machineName: 'old' })
      machine.keepBootTokens([token(1)])
      const next = machineBeingEnrolled(files)
      next.keepIdentity(identity)
      next.keepBootTokens([token(2)])
    })

    it('keeps its old identity until the new one is whole', () => {
      settleEnrolment(files)
      expect(machine.identity().machineName).to.equal('old')
    })

    it('has the new one then, and nothing is left', () => {
      completeEnrolment(files)
      expect(machine.identity().machineName).to.equal('vm')
      expect(machine.bootTokens()).to.deep.equal([token(2)])
      expect(files.has('enrolling')).to.equal(false)
    })

    it('has the new one whole, wherever a crash came in between', () => {
      for (const movesBeforeCrash of [0, 1]) {
        machineBeingEnrolled(files).keepIdentity({ ...identity, machineName: `new-${movesBeforeCrash}` })
        machineBeingEnrolled(files).keepBootTokens([token(3 + movesBeforeCrash)])
        let moves = 0
        const crashing: Folder = {
          pathOf: (name) => files.pathOf(name),
          has: (name) => files.has(name),
          read: (name) => files.read(name),
          replace: (name, contents) => {
            files.replace(name, contents)
          },
          remove: (name) => {
            files.remove(name)
          },
          inner: (name) => files.inner(name),
          removeInner: (name) => {
            files.removeInner(name)
          },
          takeFrom: (inner, name) => {
            if (moves++ === movesBeforeCrash) throw new Error('crash')
            files.takeFrom(inner, name)
          },
        }
        expect(() => {
          completeEnrolment(crashing)
        }).to.throw('crash')
        settleEnrolment(files)
        expect(machine.identity().machineName).to.equal(`new-${movesBeforeCrash}`)
        expect(machine.bootTokens()).to.deep.equal([token(3 + movesBeforeCrash)])
      }
    })
  })
})
