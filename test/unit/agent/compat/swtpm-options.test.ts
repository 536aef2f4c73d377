import { expect } from 'chai'
import { readSwtpmOptions } from '../../../../agent/compat/swtpm-options.ts'
import { UsageError } from '../../../../agent/compat/usage-error.ts'

const read = (...args: readonly string[]) => readSwtpmOptions(['--tpm2', '--tpmstate', 'dir=/s', ...args], {})

describe("swtpm's command line", () => {
  it('is read as libvirt writes it', () => {
    const options = readSwtpmOptions(
      [
        ...['--ctrl', 'type=unixio,path=/run/x.sock,mode=0600', '--tpmstate', 'dir=/var/lib/x,mode=0600'],
        ...['--log', 'file=/var/log/x,level=5', '--terminate', '--tpm2', '--pid', 'file=/run/x.pid', '--daemon'],
        ...['--key', 'pwdfd=24,mode=aes-256-cbc', '--migration-key', 'pwdfd=25,mode=aes-256-cbc'],
      ],
      {},
    )
    const key = { kind: 'passphrase', keyBytes: 32, removesFile: false }
    expect(options).to.deep.equal({
      data: undefined,
      disconnects: false,
      control: { kind: 'unix', path: '/run/x.sock', access: { mode: 0o600 } },
      folder: '/var/lib/x',
      key: { ...key, from: { fd: 24 } },
      migrationKey: { ...key, from: { fd: 25 } },
      needsInit: true,
      startup: undefined,
      highestLocality: 4,
      allowsSetLocality: false,
      log: { path: '/var/log/x', prefix: '', truncates: false },
      pid: { path: '/run/x.pid' },
      endsWith: { data: true, control: false },
      runAs: undefined,
      isDaemon: true,
      asks: undefined,
    })
  })

  for (const { args, member, value } of [
    { args: ['-p', '2321'], member: 'data', value: { kind: 'tcp', host: '127.0.0.1', port: 2321 } },
    { args: ['--server', 'port=0,bindaddr=::1'], member: 'data', value: { kind: 'tcp', host: '::1', port: 0 } },
    { args: ['--server', 'type=tcp,port=1,disconnect'], member: 'disconnects', value: true },
    { args: ['--server', 'type=unixio,fd=7'], member: 'data', value: { kind: 'connected', fd: 7 } },
    { args: ['-f', '8'], member: 'data', value: { kind: 'connected', fd: 8 } },
    {
      args: ['--server', 'type=unixio,path=/d,mode=0660,uid=1,gid=2'],
      member: 'data',
      value: { kind: 'unix', path: '/d', access: { mode: 0o660, uid: 1, gid: 2 } },
    },
    { args: ['--server', 'type=tcp,port=1,disconnect=1'], member: 'disconnects', value: true },
    { args: ['--server', 'type=tcp,port=1,disconnect=no'], member: 'disconnects', value: false },
    { args: ['--ctrl', 'type=unixio,fd=3'], member: 'control', value: { kind: 'listening', fd: 3 } },
    { args: ['--ctrl', 'type=unixio,clientfd=3'], member: 'control', value: { kind: 'connected', fd: 3 } },
    { args: ['--ctrl', 'port=9'], member: 'control', value: { kind: 'tcp', host: '127.0.0.1', port: 9 } },
    { args: ['--ctrl', 'port=9,terminate'], member: 'endsWith', value: { data: false, control: true } },
    { args: ['--flags', 'not-need-init'], member: 'needsInit', value: false },
    { args: ['--flags', 'startup-none'], member: 'needsInit', value: true },
    { args: ['--flags', 'startup-clear'], member: 'needsInit', value: false },
    { args: ['--flags', 'not-need-init,startup-state'], member: 'startup', value: 'state' },
    { args: ['--locality', 'reject-locality-4,allow-set-locality'], member: 'highestLocality', value: 3 },
    { args: ['--locality', 'allow-set-locality'], member: 'allowsSetLocality', value: true },
    { args: ['--log', 'file=-'], member: 'log', value: 'none' },
    { args: ['--log', 'fd=4,prefix=x: ,truncate'], member: 'log', value: { fd: 4, prefix: 'x: ', truncates: true } },
    { args: ['--pid', 'fd=5'], member: 'pid', value: { fd: 5 } },
    { args: ['--runas', 'tss'], member: 'runAs', value: 'tss' },
    { args: ['--seccomp', 'action=none'], member: 'asks', value: undefined },
    { args: ['--tpmstate', 'backend-uri=dir:///x'], member: 'folder', value: '/x' },
    { args: ['--print-states'], member: 'asks', value: 'states' },
    {
      args: ['--key', 'file=/k,mode=aes-256-cbc,format=binary,remove=true'],
      member: 'key',
      value: { from: { path: '/k' }, kind: 'binary', keyBytes: 32, removesFile: true },
    },
    {
      args: ['--key', 'pwdfd=9,remove'],
      member: 'key',
      value: { from: { fd: 9 }, kind: 'passphrase', keyBytes: 16, removesFile: false },
    },
    {
      args: ['--key', 'file=/k,remove'],
      member: 'key',
      value: { from: { path: '/k' }, kind: 'hex', keyBytes: 16, removesFile: true },
    },
    {
      args: ['--key', 'file=/k,remove=false'],
      member: 'key',
      value: { from: { path: '/k' }, kind: 'hex', keyBytes: 16, removesFile: false },
    },
  ] as const) {
    it(`takes ${args.join(' ')}`, () => {
      expect(read(...args)[member]).to.deep.equal(value)
    })
  }

  it('takes the folder from the environment', () => {
    expect(readSwtpmOptions(['--tpm2'], { TPM_PATH: '/from' }).folder).to.equal('/from')
  })

  it('needs no TPM 2.0 to be asked what it can', () => {
    for (const [option, asks] of [
      ['--print-capabilities', 'capabilities'],
      ['--help', 'help'],
      ['-v', 'version'],
    ] as const)
      expect(readSwtpmOptions([option], {}).asks).to.equal(asks)
  })

  for (const args of [
    ['--bogus'],
    ['extra'],
    ['--server', 'type=udp,port=1'],
    ['--server', 'type=tcp'],
    ['--server', 'type=tcp,port=70000'],
    ['--server', 'type=tcp,port=x'],
    ['--server', 'type=tcp,bogus'],
    ['--server', 'type=tcp,port=1,port=2'],
    ['--server', 'constructor=1'],
    ['--ctrl', 'type=unixio'],
    ['--ctrl', 'type=unixio,fd=1,clientfd=2'],
    ['--ctrl', 'type=unixio,path=/x,mode=0999'],
    ['--flags', 'startup-deactivated'],
    ['--flags', 'bogus'],
    ['--tpmstate', 'backend-uri=file:///x'],
    ['--log', 'level=3'],
    ['--pid', ''],
    ['--key', 'file=/k,mode=aes-xts'],
    ['--key', 'file=/k,format=pem'],
    ['--key', 'pwdfile=/k,kdf=md5'],
    ['--key', 'file=/k,pwdfile=/p'],
    ['--key', 'mode=aes-cbc'],
  ])
    it(`refuses ${args.join(' ')}`, () => {
      expect(() => read(...args)).to.throw(UsageError)
    })

  it('refuses to be a TPM 1.2', () => {
    expect(() => readSwtpmOptions(['--tpmstate', 'dir=/s'], {})).to.throw(UsageError, '--tpm2')
  })
})
