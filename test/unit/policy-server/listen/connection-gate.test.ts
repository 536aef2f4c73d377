import { expect } from 'chai'
import { ConnectionGate } from '../../../../policy-server/listen/index.ts'

describe('ConnectionGate', () => {
  let now = 0
  const gate = (limits: Partial<ConstructorParameters<typeof ConnectionGate>[0]>): ConnectionGate =>
    new ConnectionGate({ open: 100, openPerAddress: 100, newPerMinutePerAddress: 100, ...limits }, () => now)
  const admitted = (of: ConnectionGate, ...addresses: readonly string[]): boolean[] =>
    addresses.map((address) => of.admit(address) !== undefined)

  it('bounds what is open in all', () => {
    expect(admitted(gate({ open: 2 }), '10.0.0.1', '10.0.0.2', '10.0.0.3')).to.deep.equal([true, true, false])
  })

  it('bounds what is open from one address', () => {
    expect(admitted(gate({ openPerAddress: 1 }), '10.0.0.1', '10.0.0.1', '10.0.0.2')).to.deep.equal([true, false, true])
  })

  it('takes the place of a connection that ended', () => {
    const one = gate({ open: 1, openPerAddress: 1 })
    const leave = one.admit('10.0.0.1')
    expect(one.admit('10.0.0.1')).to.equal(undefined)
    leave!()
    expect(one.admit('10.0.0.1')).to.not.equal(undefined)
  })

  it('bounds what is new in a minute, refused ones included, and begins anew', () => {
    const slow = gate({ newPerMinutePerAddress: 2 })
    expect(admitted(slow, '10.0.0.1', '10.0.0.1', '10.0.0.1', '10.0.0.2')).to.deep.equal([true, true, false, true])
    now += 59_999
    expect(admitted(slow, '10.0.0.1')).to.deep.equal([false])
    now += 1
    expect(admitted(slow, '10.0.0.1')).to.deep.equal([true])
  })

  it('takes a /64 for one place, and an IPv4 address in either notation', () => {
    const one = gate({ openPerAddress: 1 })
    expect(admitted(one, '2001:db8::1', '2001:db8::ffff:2', '2001:db8:0:1::1')).to.deep.equal([true, false, true])
    expect(admitted(one, '10.0.0.1', '::ffff:10.0.0.1')).to.deep.equal([true, false])
  })

  it('forgets the place that was quiet for longest, never one that is connected, when it has seen too many', () => {
    const one = gate({ open: 1 << 20, openPerAddress: 1, newPerMinutePerAddress: 1 })
    const address = (n: number): string => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`
    one.admit(address(0))
    one.admit(address(1))!()
    for (let n = 2; n < 65_537; n += 1) one.admit(address(n))?.()
    expect(admitted(one, address(0), address(1), address(65_536))).to.deep.equal([false, true, false])
  })
})
