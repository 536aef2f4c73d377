import { expect } from 'chai'
import { WireError } from '../../../../core/bytes/index.ts'
import { decodePendingComplete, encodePendingComplete } from '../../../../agent/enrol/pending-complete.ts'

const pending = {
  joinAddress: '[::1]:7444',
  anchorSha256: new Uint8Array(32).fill(1),
  machineId: new Uint8Array(16).fill(2),
  serverId: new Uint8Array(32).fill(3),
  request: { core: Uint8Array.of(1, 2, 3), signature: new Uint8Array(64).fill(4) },
}

describe('the last request of an enrolment', () => {
  const bytes = encodePendingComplete(pending)

  it('is read as it was written', () => {
    expect(decodePendingComplete(bytes)).to.deep.equal(pending)
  })
  it('is refused when anything is missing, or added', () => {
    for (let size = 0; size < bytes.length; size++) {
      expect(() => decodePendingComplete(bytes.subarray(0, size)), `${size} bytes`).to.throw(WireError)
    }
    expect(() => decodePendingComplete(Uint8Array.of(...bytes, 0))).to.throw(WireError)
  })
  it('is refused under another magic', () => {
    expect(() => decodePendingComplete(Uint8Array.of(...bytes).fill(0, 0, 1))).to.throw(WireError)
  })
})
