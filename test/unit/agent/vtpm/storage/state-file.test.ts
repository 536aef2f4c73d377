import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { StateFile } from '../../../../../agent/vtpm/storage/state-file.ts'
import { StateFileError, type StateFileProblem } from '../../../../../agent/vtpm/storage/state-file-error.ts'
import { CrashingDisk, DiskFailed, type Failure } from '../../../../fakes/crashing-disk.ts'

const path = 'vtpm.state'
const machineId = new Uint8Array(16).fill(0xa5)
const keyOf = (generation: number): Uint8Array => new Uint8Array(32).fill(generation)
const keys = (...generations: readonly number[]): ReadonlyMap<number, Uint8Array> =>
  new Map(generations.map((generation) => [generation, keyOf(generation)]))
const stateOf = (fill: number): Uint8Array => new Uint8Array(600).fill(fill)
const create = (disk: CrashingDisk): StateFile =>
  StateFile.create(path, { key: keyOf(1), generation: 1, machineId }, stateOf(0), disk)

const problemOf = (act: () => unknown): StateFileProblem | undefined => {
  try {
    act()
  } catch (error) {
    if (error instanceof StateFileError) return error.problem
    throw error
  }
  return undefined
}

const failures: readonly Failure[] = [
  { kind: 'refused' },
  { kind: 'unacknowledged' },
  ...[0, 1, 5, 30, 58, 70, 300, 669].map((bytes) => ({ kind: 'torn', bytes }) as const),
]

describe('StateFile', () => {
  it('gives the state of the last commit, to the holder of the key', () => {
    const disk = new CrashingDisk()
    const file = create(disk)
    for (let fill = 1; fill <= 5; fill++) file.commit(stateOf(fill))
    file.close()
    const again = StateFile.open(path, keys(1), disk)
    expect(again.load()).to.deep.equal(stateOf(5))
    expect(again.machineId).to.deep.equal(machineId)
    expect(again.generation).to.equal(1)
  })

  it('says whose it is without a key', () => {
    const disk = new CrashingDisk()
    create(disk).commit(stateOf(1))
    expect(StateFile.peek(path, disk)).to.deep.equal({ machineId, generation: 1, counter: 2n })
  })

  it('is put back where it was taken away, and nowhere else', () => {
    const disk = new CrashingDisk()
    const file = create(disk)
    file.commit(stateOf(1))
    disk.files.delete(path)
    file.putBack()
    file.commit(stateOf(2))
    expect(StateFile.open(path, keys(1), disk).load()).to.deep.equal(stateOf(2))
    const other = new Uint8Array(3)
    disk.files.set(path, other)
    file.putBack()
    expect(disk.files.get(path)).to.equal(other)
    disk.files.delete(path)
    file.close()
    file.putBack()
    expect(disk.has(path)).to.equal(false)
  })

  it('writes no state that is there already, unless a write failed since', () => {
    const disk = new CrashingDisk()
    const file = create(disk)
    const counter = () => StateFile.peek(path, disk).counter
    for (let time = 0; time < 3; time++) file.commit(stateOf(1))
    expect(counter()).to.equal(2n)
    disk.failAfter(0, { kind: 'unacknowledged' })
    expect(() => {
      file.commit(stateOf(2))
    }).to.throw(DiskFailed)
    file.commit(stateOf(1))
    expect(StateFile.open(path, keys(1), disk).load()).to.deep.equal(stateOf(1))
    file.close()
    expect(
      problemOf(() => {
        file.commit(stateOf(1))
      }),
    ).to.equal('state/closed')
  })

  it('shows nothing of the state', () => {
    const disk = new CrashingDisk()
    create(disk).commit(new TextEncoder().encode('a seed that nobody may see'))
    expect(Buffer.from(disk.files.get(path) ?? []).includes('a seed that')).to.equal(false)
  })

  for (const failure of failures) {
    it(`holds the old or the new state after a commit that is ${failure.kind} (${'bytes' in failure ? failure.bytes : 'whole'})`, () => {
      for (const commitsBefore of [0, 1, 2, 3]) {
        const disk = new CrashingDisk()
        const file = create(disk)
        for (let fill = 1; fill <= commitsBefore; fill++) file.commit(stateOf(fill))
        disk.failAfter(0, failure)
        expect(() => {
          file.commit(stateOf(99))
        }).to.throw(DiskFailed)
        expect(file.load(), 'the object itself').to.deep.equal(stateOf(commitsBefore))

        const wanted = failure.kind === 'unacknowledged' ? 99 : commitsBefore
        const again = StateFile.open(path, keys(1), disk)
        expect(again.load()).to.deep.equal(stateOf(wanted))
        again.commit(stateOf(7))
        expect(StateFile.open(path, keys(1), disk).load()).to.deep.equal(stateOf(7))
      }
    })

    it(`goes on after a commit that is ${failure.kind} (${'bytes' in failure ? failure.bytes : 'whole'})`, () => {
      const disk = new CrashingDisk()
      const file = create(disk)
      disk.failAfter(0, failure)
      expect(() => {
        file.commit(stateOf(99))
      }).to.throw(DiskFailed)
      file.commit(stateOf(2))
      expect(StateFile.open(path, keys(1), disk).load()).to.deep.equal(stateOf(2))
    })

    it(`opens with one of both keys after a re-keying that is ${failure.kind} (${'bytes' in failure ? failure.bytes : 'whole'})`, () => {
      for (const passing of [0, 1]) {
        const disk = new CrashingDisk()
        const file = create(disk)
        file.commit(stateOf(4))
        disk.failAfter(passing, failure)
        expect(() => {
          file.rekey(keyOf(2), 2)
        }).to.throw(DiskFailed)
        const moved = passing === 1 || failure.kind === 'unacknowledged'
        expect(StateFile.peek(path, disk).generation).to.equal(moved ? 2 : 1)
        expect(StateFile.open(path, keys(1, 2), disk).load()).to.deep.equal(stateOf(4))
        expect(
          problemOf(() => {
            file.commit(stateOf(5))
          }),
        ).to.equal('state/closed')
      }
    })
  }

  it('leaves nothing that the former key opens', () => {
    const disk = new CrashingDisk()
    const file = create(disk)
    file.commit(stateOf(1))
    file.commit(stateOf(2))
    const before = disk.files.get(path)?.slice() ?? new Uint8Array(0)
    file.rekey(keyOf(2), 2)
    expect(problemOf(() => StateFile.open(path, keys(1), disk))).to.equal('state/no-key')
    expect(StateFile.open(path, keys(2), disk).load()).to.deep.equal(stateOf(2))
    const after = disk.files.get(path) ?? new Uint8Array(0)
    for (const slot of [0, before.length / 2])
      expect(after.slice(slot, slot + 600)).not.to.deep.equal(before.slice(slot, slot + 600))
  })

  it('refuses the key of another machine or generation', () => {
    const disk = new CrashingDisk()
    create(disk).close()
    expect(problemOf(() => StateFile.open(path, new Map([[1, keyOf(9)]]), disk))).to.equal('state/not-authentic')
    expect(problemOf(() => StateFile.open(path, keys(2), disk))).to.equal('state/no-key')
  })

  it('never gives a state that was altered: any changed byte leaves the other slot or nothing', () => {
    const disk = new CrashingDisk()
    const file = create(disk)
    file.commit(stateOf(1))
    const intact = disk.files.get(path)?.slice() ?? new Uint8Array(0)
    const written = 700
    fc.assert(
      fc.property(fc.nat(written), fc.nat(1), fc.integer({ min: 1, max: 255 }), (offset, slot, change) => {
        const altered = intact.slice()
        const at = offset + (slot * intact.length) / 2
        altered[at] = (altered[at] ?? 0) ^ change
        disk.files.set(path, altered)
        try {
          const { load } = { load: StateFile.open(path, keys(1), disk).load() }
          expect([stateOf(0), stateOf(1)]).to.deep.include(load)
        } catch (error) {
          expect(error).to.be.instanceOf(StateFileError)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('refuses a file that was cut short, grown, emptied, or written by a newer version', () => {
    const disk = new CrashingDisk()
    create(disk).close()
    const intact = disk.files.get(path) ?? new Uint8Array(0)
    const newer = intact.slice()
    newer[5] = 2
    const rows: readonly (readonly [Uint8Array, StateFileProblem])[] = [
      [intact.slice(0, 1000), 'state/damaged'],
      [new Uint8Array(intact.length + 2), 'state/damaged'],
      [new Uint8Array(intact.length), 'state/damaged'],
      [new Uint8Array(0), 'state/damaged'],
      [newer, 'state/unknown-version'],
    ]
    for (const [bytes, problem] of rows) {
      disk.files.set(path, bytes)
      expect(problemOf(() => StateFile.open(path, keys(1), disk))).to.equal(problem)
      expect(problemOf(() => StateFile.peek(path, disk))).to.equal(problem)
    }
  })

  it('refuses a state that does not fit, before it writes anything', () => {
    const disk = new CrashingDisk()
    const file = create(disk)
    const before = disk.files.get(path)?.slice()
    expect(
      problemOf(() => {
        file.commit(new Uint8Array(256 * 1024))
      }),
    ).to.equal('state/too-large')
    expect(disk.files.get(path)).to.deep.equal(before)
  })

  it('lies on a real disk, for its owner only', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bootlatch-state-'))
    try {
      const real = join(folder, path)
      const file = StateFile.create(real, { key: keyOf(1), generation: 1, machineId }, stateOf(0))
      file.commit(stateOf(3))
      file.close()
      expect(statSync(real).mode & 0o777).to.equal(0o600)
      const again = StateFile.open(real, keys(1))
      expect(again.load()).to.deep.equal(stateOf(3))
      again.close()
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
