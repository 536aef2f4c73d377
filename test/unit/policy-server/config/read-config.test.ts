import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { ConfigError, parseConfig, readConfig, starterConfig } from '../../../../policy-server/config/index.ts'

const minimal = `dataDir: /var/lib/bootlatch/server
listen:
  main: 192.0.2.1:7443
  join: 192.0.2.1:7444
`
const failureOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'none'
}

describe('parseConfig', () => {
  it('fills in what is left out', () => {
    const config = parseConfig(minimal, 'server.yaml')
    expect(config.advertise).to.deep.equal({
      main: { host: '192.0.2.1', port: 7443 },
      join: { host: '192.0.2.1', port: 7444 },
    })
    expect(config.tls).to.deep.equal({ names: [] })
    expect(config.log).to.deep.equal({ level: 'info' })
    expect(config.limits.connections).to.be.greaterThan(0)
  })

  it('takes all that it documents', () => {
    const config = parseConfig(
      `dataDir: /data
listen: { main: ["0.0.0.0:1", "[::]:1"], join: "[2001:db8::1]:65535" }
advertise: { main: "boot.example.com:7443" }
tls: { names: [boot.example.com, 2001:db8::1], certificate: { pkcs12: /etc/server.p12, passphraseFile: /etc/p } }
passphraseFile: /etc/passphrase
limits: { connections: 10, connectionsPerAddress: 2, joinConnectionsPerMinutePerAddress: 3, requestsPerMinutePerMachine: 5, streamsPerConnection: 4 }
log: { level: debug }
`,
      'server.yaml',
    )
    expect(config.listen.main).to.deep.equal([
      { host: '0.0.0.0', port: 1 },
      { host: '::', port: 1 },
    ])
    expect(config.advertise).to.deep.equal({
      main: { host: 'boot.example.com', port: 7443 },
      join: { host: '2001:db8::1', port: 65535 },
    })
    expect(config.tls.certificate).to.deep.equal({ pkcs12: '/etc/server.p12', passphraseFile: '/etc/p' })
  })

  const rows: readonly (readonly [what: string, text: string, message: RegExp])[] = [
    ['an empty file', '', /^f:1:1: expected object/],
    ['a list', '- a\n', /^f:1:1: expected object/],
    ['no YAML', 'a: [1\n', /^f:2:1: Flow sequence/],
    ['a key twice', `${minimal}dataDir: /b\n`, /^f:5:1: dataDir stands twice/],
    ['an unknown key', `${minimal}lissten: 1\n`, /^f:5:1: lissten: unknown key$/],
    ['an unknown key inside', `${minimal}tls:\n  certificat: x\n`, /^f:6:3: tls\.certificat: unknown key$/],
    [
      'a misspelt key rather than the missing one',
      minimal.replace('join', 'jion'),
      /^f:4:3: listen\.jion: unknown key$/,
    ],
    ['a missing key', minimal.replace(/dataDir.*\n/, ''), /^f:1:1: dataDir: missing$/],
    ['a missing key inside', minimal.replace(/ {2}join.*\n/, ''), /^f:2:1: listen\.join: missing$/],
    [
      'a number for a path',
      minimal.replace('/var/lib/bootlatch/server', '7'),
      /^f:1:10: dataDir: expected string, received number$/,
    ],
    ['a relative path', minimal.replace('/var/lib', 'lib'), /^f:1:10: dataDir: expected an absolute path$/],
    ['a text for a count', `${minimal}limits:\n  connections: many\n`, /^f:6:16: limits\.connections: expected number/],
    ['a count of zero', `${minimal}limits: { connections: 0 }\n`, /^f:5:24: limits\.connections: Too small/],
    ['a wrong level', `${minimal}log: { level: loud }\n`, /^f:5:15: log\.level: /],
    ['an address without port', minimal.replace(':7443', ''), /^f:3:3: listen\.main\.0: expected host:port/],
    [
      'a bad one of two addresses',
      minimal.replace('192.0.2.1:7443', '[192.0.2.1:7443, x]'),
      /^f:3:26: listen\.main\.1: expected host:port/,
    ],
    ['port 0', minimal.replace('7443', '0'), /listen\.main\.0: expected host:port/],
    ['port 65536', minimal.replace('7443', '65536'), /listen\.main\.0: expected host:port/],
    ['an IPv6 address without brackets', minimal.replace('192.0.2.1:7443', '"2001:db8::1:7443"'), /expected host:port/],
    ['half an IPv4 address', minimal.replace('192.0.2.1:7443', '192.0.2:7443'), /expected host:port/],
    ['nowhere to listen', minimal.replace('192.0.2.1:7443', '[]'), /^f:3:9: listen\.main: Too small/],
    [
      'every address and no name',
      minimal.replace('192.0.2.1:7444', '0.0.0.0:7444'),
      /^f:4:9: listen\.join: listens on every address, so advertise\.join/,
    ],
    [
      'an advertised wildcard',
      `${minimal}advertise: { join: "[::]:1" }\n`,
      /^f:5:20: advertise\.join: machines cannot connect/,
    ],
    [
      'a certificate without key',
      `${minimal}tls:\n  certificate:\n    chain: /a\n`,
      /^f:6:3: tls\.certificate: expected chain and key/,
    ],
    [
      'two certificates',
      `${minimal}tls: { certificate: { chain: /a, key: /b, pkcs12: /c } }\n`,
      /tls\.certificate: expected chain and key/,
    ],
    ['a name that is none', `${minimal}tls: { names: [a_b] }\n`, /^f:5:16: tls\.names\.0: expected a host name/],
    ['an alias', `${minimal}x: &a 1\ny: *a\n`, /^f:6:4: aliases are not allowed$/],
    ['more than 64 KiB', `# ${'x'.repeat(65536)}\n${minimal}`, /^f:1:1: too long/],
  ]
  for (const [what, text, message] of rows) {
    it(`refuses ${what}`, () => {
      expect(failureOf(() => parseConfig(text, 'f'))).to.match(message)
    })
  }
})

describe('readConfig', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bootlatch-config-'))
  after(() => {
    rmSync(folder, { recursive: true })
  })

  it('names a file that cannot be read', () => {
    expect(failureOf(() => readConfig(join(folder, 'none.yaml')))).to.match(
      /none\.yaml: cannot be read \(ENOENT\); bootlatch-server init writes/,
    )
    expect(failureOf(() => readConfig(folder))).to.match(/cannot be read \(EISDIR\)$/)
  })

  it('reads a file', () => {
    writeFileSync(join(folder, 'server.yaml'), minimal)
    expect(readConfig(join(folder, 'server.yaml'))).to.deep.equal(parseConfig(minimal, 'x'))
  })
})

describe('the configuration of attestation results', () => {
  const results = (listen: string, more = '') =>
    parseConfig(minimal.replace(/(listen:[^\n]*\n)/, `$1  results: ${listen}\n`) + more, 'server.yaml').results

  it('is nothing where nothing is said', () => {
    expect(parseConfig(minimal, 'server.yaml').results).to.equal(undefined)
  })

  it('follows from where the keys are had', () => {
    expect(results('127.0.0.1:7445')).to.deep.equal({
      listen: [{ host: '127.0.0.1', port: 7445 }],
      advertise: { host: '127.0.0.1', port: 7445 },
      issuer: 'https://127.0.0.1:7445',
      validMinutes: 10,
    })
    const advertised = 'advertise: { results: "keys.example.com:443" }\n'
    expect(results('"0.0.0.0:7445"', advertised)?.issuer).to.equal('https://keys.example.com:443')
  })

  it('must be told where it is reached', () => {
    expect(failureOf(() => results('"0.0.0.0:7445"'))).to.contain('advertise.results')
  })

  for (const issuer of ['http://keys.example.com', 'https://keys.example.com/', 'https://keys.example.com/?a', 'keys'])
    it(`takes ${issuer} for no issuer`, () => {
      expect(failureOf(() => results('127.0.0.1:7445', `results: { issuer: "${issuer}" }\n`))).to.contain('issuer')
    })

  for (const minutes of [0, 61])
    it(`lets no result count for ${minutes} minutes`, () => {
      expect(failureOf(() => results('127.0.0.1:7445', `results: { validMinutes: ${minutes} }\n`))).to.contain('valid')
    })
})

describe('starterConfig', () => {
  it('is a configuration', () => {
    expect(parseConfig(starterConfig('/data'), 'server.yaml').dataDir).to.equal('/data')
  })

  it('shows every key with the value it has by itself, or one that would be taken', () => {
    const written = starterConfig('/data')
    const all = parseConfig(written.replace(/^#(?=[a-z]| {2})/gm, ''), 'server.yaml')
    const { limits, log } = parseConfig(minimal, 'server.yaml')
    expect(all).to.deep.include({ limits, log })
    expect(Object.keys(all).sort()).to.deep.equal([
      'advertise',
      'dataDir',
      'limits',
      'listen',
      'log',
      'passphraseFile',
      'results',
      'tls',
    ])
    expect(all.tls.certificate).to.have.keys('chain', 'key')
    expect(all.advertise.main.host).to.equal('bootlatch.example.com')
    expect(all.results?.issuer).to.equal('https://bootlatch.example.com')
  })
})
