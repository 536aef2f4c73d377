import { expect } from 'chai'
import { EndpointError } from '../../../../agent/sockets/index.ts'
import { parseTpmAddress } from '../../../../agent/boot/tpm-address.ts'

const tcp = (port: number, host = '127.0.0.1') => ({ kind: 'tcp', host, port })
const unix = (path: string) => ({ kind: 'unix', path })

describe('parseTpmAddress', () => {
  const read = [
    { text: 'swtpm:127.0.0.1:2321', expected: { kind: 'swtpm', data: tcp(2321), control: tcp(2322) } },
    { text: 'swtpm:tcp:127.0.0.1:2321', expected: { kind: 'swtpm', data: tcp(2321), control: tcp(2322) } },
    { text: 'swtpm:[::1]:2321', expected: { kind: 'swtpm', data: tcp(2321, '::1'), control: tcp(2322, '::1') } },
    { text: 'swtpm:unix:/run/data', expected: { kind: 'swtpm', data: unix('/run/data'), control: undefined } },
    {
      text: 'swtpm:unix:/run/data',
      control: 'unix:/run/control',
      expected: { kind: 'swtpm', data: unix('/run/data'), control: unix('/run/control') },
    },
    { text: 'device:/dev/tpmrm0', expected: { kind: 'device', path: '/dev/tpmrm0' } },
  ]
  for (const { text, control, expected } of read) {
    it(`reads ${text}${control === undefined ? '' : ` with ${control}`}`, () => {
      expect(parseTpmAddress(text, control)).to.deep.equal(expected)
    })
  }

  for (const text of ['', 'swtpm:', 'device:', 'nowhere', 'swtpm:host', 'swtpm:host:99999']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(() => parseTpmAddress(text)).to.throw(EndpointError)
    })
  }
})
