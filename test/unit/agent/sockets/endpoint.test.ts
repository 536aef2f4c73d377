import { expect } from 'chai'
import { EndpointError, formatEndpoint, isLocal, parseEndpoint } from '../../../../agent/sockets/endpoint.ts'

describe('channel endpoint', () => {
  for (const [text, endpoint] of [
    ['tcp:127.0.0.1:2321', { kind: 'tcp', host: '127.0.0.1', port: 2321 }],
    ['tcp:[::1]:65535', { kind: 'tcp', host: '::1', port: 65535 }],
    ['tcp:tpm.example:1', { kind: 'tcp', host: 'tpm.example', port: 1 }],
    ['unix:/run/tpm.sock', { kind: 'unix', path: '/run/tpm.sock' }],
    ['unix:relative:with:colons', { kind: 'unix', path: 'relative:with:colons' }],
  ] as const) {
    it(`reads ${text} and writes it back`, () => {
      expect(parseEndpoint(text)).to.deep.equal(endpoint)
      expect(formatEndpoint(parseEndpoint(text))).to.equal(text)
    })
  }

  for (const text of [
    '',
    '2321',
    'tcp:',
    'tcp:127.0.0.1',
    'tcp::2321',
    'tcp:127.0.0.1:65536',
    'tcp:127.0.0.1:-1',
    'tcp:127.0.0.1:1e3',
    'tcp:127.0.0.1:2321 ',
    'tcp:::1:2321',
    'tcp:[127.0.0.1]:2321',
    'udp:127.0.0.1:2321',
    'unix:',
    'unix:/a\0b',
    `unix:/${'a'.repeat(107)}`,
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(() => parseEndpoint(text)).to.throw(EndpointError)
    })
  }

  it('takes the longest path the kernel takes', () => {
    expect(parseEndpoint(`unix:/${'a'.repeat(106)}`).kind).to.equal('unix')
  })

  for (const [text, local] of [
    ['unix:/x', true],
    ['tcp:127.0.0.1:1', true],
    ['tcp:127.9.9.9:1', true],
    ['tcp:[::1]:1', true],
    ['tcp:0.0.0.0:1', false],
    ['tcp:[::]:1', false],
    ['tcp:127.evil.example:1', false],
    ['tcp:localhost:1', false],
  ] as const) {
    it(`${text} is ${local ? '' : 'not '}local`, () => {
      expect(isLocal(parseEndpoint(text))).to.equal(local)
    })
  }
})
