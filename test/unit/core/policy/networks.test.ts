import { expect } from 'chai'
import { hostNetwork, isEverywhere, networkOf, parseNetwork } from '../../../../core/policy/networks.ts'

describe('parseNetwork', () => {
  for (const text of ['10.1.0.0/16', '10.1.2.3/32', '128.0.0.0/1', 'fd00::/8', '2001:db8::1/128', '10.1.2.128/25'])
    it(`reads ${text} as it is written`, () => {
      expect(parseNetwork(text).text).to.equal(text)
    })

  const bad: readonly (readonly [text: string, why: string])[] = [
    ['10.1.0.0', 'a network is written address/prefix'],
    ['10.1.0.0/', 'a network is written address/prefix'],
    ['10.1.0.0/16/8', 'a network is written address/prefix'],
    ['10.1.0.0/016', 'a network is written address/prefix'],
    ['10.1.0.0/+8', 'a network is written address/prefix'],
    ['10.1.0.0/8x', 'a network is written address/prefix'],
    ['10.1.0.0/255.255.0.0', 'a network is written address/prefix'],
    ['', 'a network is written address/prefix'],
    ['10.1/16', '10.1 is no IPv4 or IPv6 address'],
    ['010.1.0.0/16', '010.1.0.0 is no IPv4 or IPv6 address'],
    ['fe80::1%eth0/64', 'fe80::1%eth0 is no IPv4 or IPv6 address'],
    ['::10.1.0.0/112', '::10.1.0.0 is no IPv4 or IPv6 address'],
    ['host/16', 'host is no IPv4 or IPv6 address'],
    ['10.1.0.0/33', 'the prefix 33 is too long'],
    ['fd00::/129', 'the prefix 129 is too long'],
    ['0.0.0.0/0', 'every address there is would be in this network'],
    ['::/0', 'every address there is would be in this network'],
    ['::ffff:10.1.0.0/112', 'write IPv4 networks as such'],
    ['10.1.0.1/16', '10.1.0.1 has bits beyond the prefix /16'],
    ['10.1.2.129/25', '10.1.2.129 has bits beyond the prefix /25'],
    ['fd00::1/64', 'fd00::1 has bits beyond the prefix /64'],
  ]
  for (const [text, why] of bad)
    it(`refuses ${text || 'nothing'}: ${why}`, () => {
      expect(() => parseNetwork(text)).to.throw(RangeError, new RegExp(`^${why.replaceAll(/[.+/]/g, '\\$&')}$`))
    })
})

describe('networks together', () => {
  const are = (...texts: readonly string[]) => isEverywhere(texts.map(parseNetwork))

  it('are everywhere where they leave out no address of a family', () => {
    expect(are('0.0.0.0/1', '128.0.0.0/1')).to.equal(true)
    expect(are('fd00::/8', '0.0.0.0/2', '128.0.0.0/1', '64.0.0.0/2')).to.equal(true)
    expect(are('::/1', '8000::/1', '10.0.0.0/8')).to.equal(true)
  })
  it('are everywhere where they leave out what nobody on the Internet asks from', () => {
    expect(are('0.0.0.0/1', '128.0.0.0/2', '192.0.0.0/3')).to.equal(true)
    expect(are('2000::/3')).to.equal(true)
    expect(are('10.0.0.0/8', '3000::/4', '2000::/4')).to.equal(true)
  })
  it('are a place where they leave out some, also where they overlap or stand twice', () => {
    expect(are()).to.equal(false)
    expect(are('0.0.0.0/1', '128.0.0.0/2', '192.0.0.0/4')).to.equal(false)
    expect(are('224.0.0.0/3', 'fd00::/8', '2000::/4')).to.equal(false)
    expect(are('0.0.0.0/1', '10.0.0.0/8', '64.0.0.0/2', '0.0.0.0/1')).to.equal(false)
    expect(are('0.0.0.0/1', '8000::/1')).to.equal(false)
  })
})

describe('networkOf', () => {
  const networks = ['10.1.0.0/16', '10.0.0.0/8', 'fd00:1::/32'].map(parseNetwork)
  const found = (address: string) => networkOf(address, networks)?.text

  it('is the first in which the address lies', () => {
    expect(found('10.1.255.255')).to.equal('10.1.0.0/16')
    expect(found('10.2.0.0')).to.equal('10.0.0.0/8')
    expect(found('::ffff:10.1.0.1')).to.equal('10.1.0.0/16')
    expect(found('fd00:1:ffff::1')).to.equal('fd00:1::/32')
  })
  it('is none for another address, of either family, and for what is none', () => {
    for (const address of [
      '11.0.0.0',
      'fd00:2::1',
      '::1',
      '::10.1.0.1',
      '',
      'unix',
      '10.1',
      'fe80::1%eth0',
      '10.1.0.1x',
    ])
      expect(found(address), address).to.equal(undefined)
  })
})

describe('hostNetwork', () => {
  it('is the network of one address alone', () => {
    expect(hostNetwork('10.1.2.3')).to.equal('10.1.2.3/32')
    expect(hostNetwork('::ffff:10.1.2.3')).to.equal('10.1.2.3/32')
    expect(hostNetwork('fd00::1')).to.equal('fd00::1/128')
  })
  it('is none where the address is none', () => {
    for (const address of ['', 'unix', '10.1', 'fd00::1/64']) expect(hostNetwork(address)).to.equal(undefined)
  })
})
