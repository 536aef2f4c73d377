import { expect } from 'chai'
import { RpcError } from '../../../../core/rpc/index.ts'
import { RequestMeter } from '../../../../policy-server/appraise/request-meter.ts'

describe('RequestMeter', () => {
  const peer = { id: new Uint8Array(16), address: '10.0.0.1' }

  it('refuses what is too much in a minute, of this machine from this address', () => {
    let now = 0
    const meter = new RequestMeter(() => now, 2)
    meter.count(peer)
    meter.count(peer)
    expect(() => {
      meter.count(peer)
    })
      .to.throw(RpcError)
      .with.property('code', 'request/too-many')
    meter.count({ ...peer, address: '10.0.0.2' })
    meter.count({ ...peer, id: new Uint8Array(16).fill(1) })
    now = 60_000
    meter.count(peer)
  })
})
