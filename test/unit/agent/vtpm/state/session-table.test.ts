import { expect } from 'chai'
import { SessionTable } from '../../../../../agent/vtpm/state/session-table.ts'
import { Session } from '../../../../../agent/vtpm/state/session.ts'
import { TpmError } from '../../../../../agent/vtpm/tpm-error.ts'
import { ALG, RC } from '../../../../../core/tpm/index.ts'

const newSession = (handle: number): Session =>
  new Session({
    handle,
    type: 'hmac',
    hash: ALG.sha256,
    symmetric: { algorithm: ALG.null },
    key: new Uint8Array(0),
    boundTo: undefined,
    daBound: 'no',
    startedAt: 0n,
    timeEpoch: 0n,
    nonceTPM: new Uint8Array(16),
  })

function codeOf(step: () => unknown): number {
  try {
    step()
    return RC.success
  } catch (error) {
    if (error instanceof TpmError) return error.rc
    throw error
  }
}

/** What libtpms 0.9.2 was seen to do when 65,531 sessions were saved behind one that stays outside. */
describe('the ids of saved sessions', () => {
  const [old, busy, third] = [newSession(0x02000000), newSession(0x02000001), newSession(0x02000002)]
  let table: SessionTable

  beforeEach(() => {
    table = new SessionTable({ loaded: 3, active: 64 })
    table.put(old)
    table.put(busy)
  })

  function useUp(): void {
    table.save(old)
    for (let times = 0; times < 65531; times++) {
      table.save(busy)
      table.put(busy)
    }
  }

  it('begin behind those that stand for loaded ones, and leave them out when they wrap', () => {
    expect(table.save(busy)).to.equal(4n)
    table.put(busy)
    table.restore(0xffffn, [])
    expect(table.save(old)).to.equal(0x10004n)
  })

  it('end where the oldest would look like the newest, until that one is loaded', () => {
    useUp()
    expect(codeOf(() => table.save(busy))).to.equal(RC.contextGap)
    table.put(old)
    expect(table.save(old)).to.equal(0x10004n)
    expect(table.save(busy)).to.equal(0x10005n)
  })

  it('end where the oldest is not flushed, either', () => {
    useUp()
    table.flush(old.handle)
    expect(codeOf(() => table.save(busy))).to.equal(RC.success)
  })

  it('keep the last room for the oldest', () => {
    useUp()
    expect(table.freeHandle(false)).to.equal(third.handle)
    table.put(third)
    expect(codeOf(() => table.freeHandle(false))).to.equal(RC.contextGap)
    expect(
      codeOf(() => {
        table.checkRoom(0x02000005)
      }),
    ).to.equal(RC.contextGap)
    expect(
      codeOf(() => {
        table.checkRoom(old.handle)
      }),
    ).to.equal(RC.success)
    table.put(old)
    expect(codeOf(() => table.freeHandle(false))).to.equal(RC.sessionMemory)
  })
})
