import { expect } from 'chai'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HostConfigError } from '../../../../agent/host/host-config-error.ts'
import { parseHostConfig, readHostConfig } from '../../../../agent/host/host-config.ts'

const minimal = `tpms:
  - name: web-1
    state: /tpms/web-1
    stateKeyFile: /tpms/web-1.key
    control: unix:/run/web-1
`
const another = `  - name: web-2
    state: /tpms/web-2
    stateKeyFile: /tpms/web-1.key
    control: tcp:127.0.0.1:20001
`
const failureOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof HostConfigError) return error.message
    throw error
  }
  return 'none'
}

describe('the configuration of a host', () => {
  it('fills in what is left out', () => {
    const { tpms, ...host } = parseHostConfig(minimal, 'f')
    expect(host).to.deep.equal({ primePool: 16, log: { level: 'info' } })
    expect(tpms).to.deep.equal([
      {
        name: 'web-1',
        state: '/tpms/web-1',
        stateKeyFile: '/tpms/web-1.key',
        control: { kind: 'unix', path: '/run/web-1' },
        manufacture: false,
        limits: { connections: 8, commandsPerSecond: 0 },
      },
    ])
  })

  it('takes all that it documents, limits of all TPMs and of one', () => {
    const config = parseHostConfig(
      `status: /run/status
primePool: 0
keyThreads: 2
limits: { connections: 4, commandsPerSecond: 100 }
log: { level: debug }
tpms:
  - { name: a, state: /a, stateKeyFile: /a.key, control: "tcp:[::1]:20002", data: "tcp:127.0.0.1:20003", manufacture: true, vendorString: "SW  ", limits: { connections: 2 } }
`,
      'f',
    )
    expect(config).to.include({ status: '/run/status', primePool: 0, keyThreads: 2 })
    expect(config.tpms[0]?.limits).to.deep.equal({ connections: 2, commandsPerSecond: 100 })
    expect(config.tpms[0]).to.include({ vendorString: 'SW  ', manufacture: true })
    expect(config.tpms[0]?.data).to.deep.equal({ kind: 'tcp', host: '127.0.0.1', port: 20003 })
  })

  for (const [what, text, message] of [
    ['an empty file', '', /^f:1:1: expected object/],
    ['an unknown key', `${minimal}primepool: 3\n`, /^f:6:1: primepool: unknown key/],
    ['a TPM without a key', minimal.replace(/ +stateKeyFile.*\n/, ''), /^f:2:5: tpms\.0\.stateKeyFile: missing/],
    [
      'a relative path',
      minimal.replace('/tpms/web-1\n', 'web-1\n'),
      /^f:3:12: tpms\.0\.state: expected an absolute path/,
    ],
    ['a socket for everybody', minimal.replace('unix:/run/web-1', 'tcp:0.0.0.0:1'), /^f:5:14: .*knows no client/],
    ['a socket of no kind', minimal.replace('unix:/run/web-1', '/run/web-1'), /^f:5:14: .*expected unix:PATH/],
    ['a name with a line break', minimal.replace('web-1\n', '"a\\nb"\n'), /^f:2:11: tpms\.0\.name: expected letters/],
    [
      'one name for two',
      minimal + another.replace('web-2\n', 'web-1\n'),
      /^f:6:11: tpms\.1\.name: web-1 has it already/,
    ],
    ['one folder for two', minimal + another.replace('/tpms/web-2', '/tpms/web-1'), /^f:7:12: .*web-1 has it already/],
    ['one socket for two', minimal + another.replace('tcp:127.0.0.1:20001', 'unix:/run/web-1'), /^f:9:14: .*has it/],
    ['the status socket for a TPM', `status: /run/web-1\n${minimal}`, /^f:6:14: .*the status socket has it already/],
    ['no connection at all', `${minimal}    limits: { connections: 0 }\n`, /^f:6:28: tpms\.0\.limits\.connections/],
  ] as const) {
    it(`refuses ${what}, and says where`, () => {
      expect(failureOf(() => parseHostConfig(text, 'f'))).to.match(message)
    })
  }

  it('refuses a file that is not there, or is a folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bootlatch-host-'))
    try {
      expect(failureOf(() => readHostConfig(join(folder, 'none')))).to.match(/none: cannot be read \(ENOENT\)$/)
      expect(failureOf(() => readHostConfig(folder))).to.match(/cannot be read \(EISDIR\)$/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
