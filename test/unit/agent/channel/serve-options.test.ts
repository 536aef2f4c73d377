import { expect } from 'chai'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEndpoint } from '../../../../agent/sockets/endpoint.ts'
import { placesOf, type ServeOptions, ServeUsageError, profileOf } from '../../../../agent/channel/serve-options.ts'
import { certificates } from './certificates.ts'
import { scratchFolder } from './scratch.ts'

const required = { state: '/state', stateKeyFile: '/key' }
const data = parseEndpoint('tcp:127.0.0.1:2321')
const control = parseEndpoint('unix:/run/control')
const tcp = parseEndpoint('tcp:192.0.2.1:2323')

describe('options of tpm serve', () => {
  const folder = scratchFolder()
  const { ca, server } = certificates()
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const pem = write('pem', server.certificate)
  const files = { grpcCert: pem, grpcKey: write('key', server.key), grpcCa: write('ca', ca) }
  const otherKey = write('other', certificates().server.key)

  it('take sockets, gRPC or both', () => {
    const none = { swtpm: undefined, mssim: undefined, grpc: undefined }
    expect(placesOf({ ...required, data, control })).to.deep.equal({ ...none, swtpm: { data, control } })
    expect(placesOf({ ...required, grpc: control })).to.deep.equal({ ...none, grpc: { endpoint: control } })
    const mssim = { kind: 'tcp', host: '127.0.0.1', port: 2321 } as const
    expect(placesOf({ ...required, mssim })).to.deep.equal({ ...none, mssim })
    const tls = { certificate: server.certificate, key: server.key, clientCa: ca }
    expect(placesOf({ ...required, data, control, grpc: tcp, ...files })).to.deep.equal({
      ...none,
      swtpm: { data, control },
      grpc: { endpoint: tcp, tls },
    })
  })

  for (const [name, options, problem] of [
    ['nothing to listen on', {}, 'nothing to listen on'],
    ['a simulator on a unix socket', { mssim: control }, '--mssim'],
    ['a simulator that others can reach', { mssim: tcp }, 'these sockets know no client'],
    ['a data socket alone', { data }, 'go together'],
    ['a control socket alone', { control }, 'go together'],
    ['a data socket that others can reach', { data: tcp, control }, 'tcp:192.0.2.1:2323: these sockets know no client'],
    ['a control socket that others can reach', { data, control: tcp }, 'these sockets know no client'],
    ['gRPC over TCP without certificates', { grpc: tcp }, 'needs --grpc-cert, --grpc-key and --grpc-ca'],
    ['gRPC over TCP on loopback without a CA', { grpc: data, grpcCert: pem, grpcKey: pem }, 'needs --grpc-cert'],
    ['certificates for a unix socket', { grpc: control, ...files }, 'go with --grpc tcp'],
    ['a key of another certificate', { grpc: tcp, ...files, grpcKey: otherKey }, 'no certificate with its key and CA'],
    [
      'a key in place of the certificate',
      { grpc: tcp, ...files, grpcCert: otherKey },
      'no certificate with its key and CA',
    ],
    ['certificates for nothing', { data, control, grpcCa: pem }, 'go with --grpc tcp'],
  ] as const) {
    it(`refuse ${name}`, () => {
      const given: ServeOptions = { ...required, ...options }
      expect(() => placesOf(given)).to.throw(ServeUsageError, problem)
    })
  }

  it('take a vendor string of 16 printable characters', () => {
    expect(profileOf({ ...required, vendorString: 'SW  ' })).to.deep.equal({ vendorString: 'SW  ' })
    expect(profileOf(required)).to.deep.equal({})
    for (const vendorString of ['', 'a'.repeat(17), 'tab\there', 'ünïcode'])
      expect(() => profileOf({ ...required, vendorString })).to.throw(ServeUsageError, '--vendor-string')
  })
  it('take a manufacturer of four characters, and a firmware version of two numbers', () => {
    expect(profileOf({ ...required, manufacturer: 'IBM', firmwareVersion: '4294967295.7' })).to.deep.equal({
      manufacturer: 'IBM\0',
      firmwareVersion: 0xffff_ffff_0000_0007n,
    })
    for (const manufacturer of ['', 'LONGER', 'ü'])
      expect(() => profileOf({ ...required, manufacturer })).to.throw(ServeUsageError, '--manufacturer')
    for (const firmwareVersion of ['', '1', '1.2.3', '4294967296.0', '-1.0', '1.x'])
      expect(() => profileOf({ ...required, firmwareVersion })).to.throw(ServeUsageError, '--firmware-version')
  })
})
