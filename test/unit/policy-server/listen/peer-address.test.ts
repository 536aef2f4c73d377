import { expect } from 'chai'
import { peerAddress } from '../../../../policy-server/listen/index.ts'

describe('peerAddress', () => {
  for (const [peer, address] of [
    ['127.0.0.1:40000', '127.0.0.1'],
    ['::1:40000', '::1'],
    ['[::1]:40000', '::1'],
    ['::ffff:192.0.2.7:443', '192.0.2.7'],
    ['2001:db8::1:2:50000', '2001:db8::1:2'],
  ] as const) {
    it(`is ${address} in ${peer}`, () => {
      expect(peerAddress(peer)).to.equal(address)
    })
  }

  for (const peer of ['unknown', '', '/run/socket', 'localhost:1']) {
    it(`is nothing in ${JSON.stringify(peer)}`, () => {
      expect(() => peerAddress(peer)).to.throw(Error)
    })
  }
})
