import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { SwtpmTransport } from '../../../../agent/channel/index.ts'
import { type Endpoint } from '../../../../agent/sockets/index.ts'
import { type HostConfig, type TpmConfig } from '../../../../agent/host/host-config.ts'
import { Host } from '../../../../agent/host/host.ts'
import { Turns } from '../../../../agent/host/share.ts'
import { type TpmStatus } from '../../../../agent/host/status.ts'
import { RsaWorkshop } from '../../../../agent/vtpm/index.ts'
import { toHex } from '../../../../core/bytes/index.ts'
import {
  ALG,
  CreatePrimary,
  ekTemplates,
  FlushContext,
  named,
  passwordSession,
  RH,
  TpmClient,
} from '../../../../core/tpm/index.ts'
import { PassingClient, socketPair } from '../channel/passing-client.ts'
import { freeSocket, scratchFolder } from '../channel/scratch.ts'
import { SocketClient } from '../channel/socket-client.ts'

const startup = '80010000000c000001440000'
const getRandom = '80010000000c0000017b0002'
const success = '80010000000a00000000'
const init = '0000000200000000'
const stop = '0000000e'
const shutdown = '00000003'
const rsaTemplate = ekTemplates.find(({ template }) => template.type === ALG.rsa)?.template

/** Makes an RSA primary, without end and never twice the same. */
async function makeRsaKey(tpm: TpmClient): Promise<void> {
  if (rsaTemplate?.type !== ALG.rsa) throw new TypeError('an RSA template')
  const { handle } = await tpm.run(
    CreatePrimary,
    { primaryHandle: { ...named(RH.endorsement), auth: passwordSession() } },
    {
      inSensitive: { userAuth: new Uint8Array(0), data: new Uint8Array(0) },
      inPublic: { ...rsaTemplate, unique: new Uint8Array(randomBytes(256)) },
      outsideInfo: new Uint8Array(0),
      creationPCR: [],
    },
  )
  await tpm.run(FlushContext, {}, { flushHandle: handle })
}

describe('a host', () => {
  const folder = scratchFolder()
  const work = new RsaWorkshop({ threads: 1 })
  let logged: string[]
  let host: Host

  /** A TPM with a key of its own; both sockets in the folder. */
  function tpmConfig(name: string, more: Partial<TpmConfig> = {}): TpmConfig {
    const stateKeyFile = join(folder, `${name}.key`)
    const state = join(folder, name)
    if (!existsSync(state)) {
      writeFileSync(stateKeyFile, randomBytes(32), { mode: 0o600 })
      if (more.manufacture === false) mkdirSync(state)
    }
    const sockets = { control: freeSocket(folder), data: freeSocket(folder) }
    const limits = { connections: 8, commandsPerSecond: 0 }
    return { name, state, stateKeyFile, manufacture: true, ...sockets, limits, ...more }
  }
  const configOf = (...tpms: TpmConfig[]): HostConfig => ({ primePool: 0, log: { level: 'info' }, tpms })

  async function start(...tpms: TpmConfig[]): Promise<void> {
    const log = pino({ base: null }, { write: (line: string) => logged.push(line) })
    host = await Host.start(configOf(...tpms), { work, turns: new Turns(), clock: () => performance.now(), log })
  }
  function statusOf(name: string): TpmStatus {
    const status = host.status.find((each) => each.name === name)
    if (status === undefined) throw new TypeError(`${name} is not there`)
    return status
  }
  const dataOf = ({ data, control }: TpmConfig): Endpoint => data ?? control
  /** A client that goes away in the middle of a command. */
  async function halfCommand(config: TpmConfig): Promise<void> {
    const client = await SocketClient.to(dataOf(config))
    client.send('80010000000c0000')
    await new Promise(setImmediate)
    client.close()
  }
  async function ask(config: TpmConfig, command: string, size: number): Promise<string> {
    const client = await SocketClient.to(dataOf(config))
    const response = await client.ask(command, size)
    client.close()
    return response
  }

  beforeEach(() => {
    logged = []
  })
  afterEach(() => host.close())

  it('serves each TPM by its own sockets, state and key', async () => {
    const [one, two] = [tpmConfig('one'), tpmConfig('two')]
    await start(one, two)
    expect(await ask(one, startup, 10)).to.equal(success)
    expect(await ask(two, getRandom, 10)).to.equal('80010000000a00000100')
    expect(host.status.map(({ condition, powerOns, commands }) => [condition, powerOns, commands])).to.deep.equal([
      ['on', 1, 1],
      ['on', 1, 1],
    ])
    expect(logged.join('')).to.contain('"tpm":"one"').and.to.contain('"tpm":"two"')
  })

  it('has nothing of a TPM before its first command, not even a file', async () => {
    const config = tpmConfig('idle')
    await start(config)
    expect(statusOf('idle').condition).to.equal('off')
    expect(existsSync(join(config.state, 'vtpm.state'))).to.equal(false)
    await ask(config, startup, 10)
    expect(statSync(join(config.state, 'vtpm.state')).mode & 0o777).to.equal(0o600)
  })

  it('serves a machine that hands its data socket over, and the next one after it', async () => {
    const config = { ...tpmConfig('qemu'), data: undefined }
    if (config.control.kind !== 'unix') throw new TypeError('a unix socket')
    await start(config)
    for (const machine of ['first', 'second']) {
      const control = await PassingClient.to(config.control)
      const { kept, passed } = await socketPair(join(folder, `pair-${machine}`))
      await control.pass('00000010', passed)
      expect(await control.receive(4)).to.equal('00000000')
      expect(await control.ask(init, 4)).to.equal('00000000')
      expect(await kept.ask(startup, 10)).to.equal(success)
      expect(statusOf('qemu')).to.include({ condition: 'on', connections: 2 })
      expect(await control.ask(stop, 4)).to.equal('00000000')
      expect(await kept.ask(getRandom, 10)).to.equal('80010000000a00000101')
      expect(await control.ask(shutdown, 4)).to.equal('00000000')
      kept.close()
      control.close()
      while (statusOf('qemu').connections > 0) await new Promise(setImmediate)
      expect(statusOf('qemu').condition).to.equal('off')
    }
  })

  describe('shows what is broken and what to do, and serves the others', () => {
    for (const [what, spoil, problem, advice] of [
      ['a key that is missing', { stateKeyFile: join(folder, 'none') }, /none: cannot be read/, /head -c 32/],
      ['a TPM that was never made', { manufacture: false }, /vtpm\.state is not there/, /tpm manufacture --state/],
      [
        'a folder of sockets that is missing',
        { control: { kind: 'unix', path: join(folder, 'no/s') } },
        /ENOENT|EACCES/,
        /folders/,
      ],
    ] as const) {
      it(what, async () => {
        const [good, bad] = [tpmConfig('good'), tpmConfig(`bad-${what.length}`, spoil)]
        await start(bad, good)
        const status = statusOf(bad.name)
        expect(status.condition).to.equal('broken')
        expect(status.problem).to.match(problem)
        expect(status.advice).to.match(advice)
        await ask(good, getRandom, 10)
        expect(statusOf('good').condition).to.equal('on')
      })
    }

    it('a key that others can read, a torn state, a state under another key, a socket in use', async () => {
      const spoilt = ['open-key', 'torn', 'other-key', 'used-socket', 'held'].map((name) => tpmConfig(name))
      const [openKey, torn, otherKey, usedSocket, held] = spoilt as [
        TpmConfig,
        TpmConfig,
        TpmConfig,
        TpmConfig,
        TpmConfig,
      ]
      chmodSync(openKey.stateKeyFile, 0o644)
      mkdirSync(torn.state)
      writeFileSync(join(torn.state, 'vtpm.state'), new Uint8Array(512 * 1024))
      await start(otherKey, held)
      await ask(otherKey, startup, 10)
      await ask(held, startup, 10)
      const otherHost = host
      await start(
        openKey,
        torn,
        { ...usedSocket, control: held.control },
        { ...held, control: freeSocket(folder), data: freeSocket(folder) },
      )
      try {
        const heldNow = host.status.find(({ name }) => name === 'held')
        const client = await SocketClient.to({ kind: 'unix', path: heldNow?.data?.slice('unix:'.length) ?? '' })
        client.send(getRandom)
        expect(await client.closed()).to.equal('')
        expect(statusOf('open-key').problem).to.match(/mode is 0644, must be 0600/)
        expect(statusOf('torn').problem).to.match(/neither slot of the state file is whole/)
        expect(statusOf('used-socket'))
          .to.have.property('advice')
          .that.matches(/another program listens there/)
        expect(statusOf('held').problem).to.match(/in use by another agent/)
      } finally {
        await otherHost.close()
      }
      await host.close()
      writeFileSync(otherKey.stateKeyFile, randomBytes(32), { mode: 0o600 })
      await start(otherKey)
      const control = await SocketClient.to(otherKey.control)
      control.send(init)
      await Promise.race([control.receive(4), control.closed()])
      expect(statusOf('other-key').problem).to.match(/altered, or the key is another/)
      control.close()
    })
  })

  it('reloads: starts what is new, tries again what was broken, lets go of what is gone', async () => {
    const [stays, goes, broken, comes] = ['stays', 'goes', 'mended', 'comes'].map((name) => tpmConfig(name)) as [
      TpmConfig,
      TpmConfig,
      TpmConfig,
      TpmConfig,
    ]
    chmodSync(broken.stateKeyFile, 0o644)
    await start(stays, goes, broken)
    const client = await SocketClient.to(dataOf(stays))
    await client.ask(startup, 10)
    chmodSync(broken.stateKeyFile, 0o600)
    await host.apply(configOf(stays, broken, comes))
    expect(host.status.map(({ name, condition }) => `${name} ${condition}`)).to.deep.equal([
      'stays on',
      'mended off',
      'comes off',
    ])
    expect(await client.ask(getRandom, 14)).to.match(/^80010000000e00000000/)
    expect(existsSync(goes.control.kind === 'unix' ? goes.control.path : '')).to.equal(false)
  })

  it('serves a TPM that is gone from the configuration, or changed, until its machine is gone', async () => {
    const [removed, changed] = [tpmConfig('removed'), tpmConfig('changed')]
    await start(removed, changed)
    const clients = await Promise.all([removed, changed].map(({ control }) => SocketClient.to(control)))
    for (const client of clients) await client.ask(init, 4)
    const elsewhere = { ...changed, control: freeSocket(folder) }
    await host.apply(configOf(elsewhere))
    expect(host.status.map(({ name, condition }) => `${name} ${condition}`)).to.deep.equal([
      'removed leaving',
      'changed leaving',
    ])
    for (const client of clients) {
      expect(await client.ask('00000004', 8)).to.equal('0000000000000000')
      client.close()
    }
    while (!existsSync(elsewhere.control.path)) await new Promise(setImmediate)
    expect(host.status.map(({ name, condition }) => `${name} ${condition}`)).to.deep.equal(['changed off'])
    await ask({ ...elsewhere, data: elsewhere.control }, '00000001', 8)
  })

  it('answers one guest whatever the others send', async () => {
    const [quiet, ...loud] = ['quiet', 'flood', 'keys', 'half', 'garbage'].map((name) => tpmConfig(name)) as [
      TpmConfig,
      ...TpmConfig[],
    ]
    await start(quiet, ...loud)
    const [flood, keys, half, garbage] = loud as [TpmConfig, TpmConfig, TpmConfig, TpmConfig]
    let isOver = false
    let keysMade = 0
    const loops: Promise<void>[] = []
    const repeat = async (config: TpmConfig, act: (client: SocketClient) => Promise<unknown>): Promise<void> => {
      const client = await SocketClient.to(dataOf(config))
      while (!isOver) await act(client)
      client.close()
    }
    for (const config of loud) await ask(config, startup, 10)
    const transport = new SwtpmTransport(dataOf(keys))
    const tpm = new TpmClient(transport)
    for (let each = 0; each < 4; each++) loops.push(repeat(flood, (client) => client.ask(getRandom, 14)))
    loops.push(repeat(keys, () => makeRsaKey(tpm).then(() => keysMade++)))
    loops.push(repeat(half, () => halfCommand(half)))
    loops.push(repeat(garbage, (client) => client.ask(`8001${toHex(randomBytes(40))}`, 10)))
    expect(await ask(quiet, startup, 10)).to.equal(success)
    for (let each = 0; each < 50 || keysMade < 3; each++)
      expect(await ask(quiet, getRandom, 14)).to.match(/^80010000000e00000000/)
    isOver = true
    await Promise.all(loops)
    transport.close()
    expect(host.status.map(({ condition }) => condition)).to.deep.equal(['on', 'on', 'on', 'on', 'on'])
    expect(statusOf('flood').commands).to.be.greaterThan(50)
  })

  it('writes no key and no state into its log', async () => {
    const config = tpmConfig('secret')
    await start(config)
    await ask(config, startup, 10)
    await host.close()
    const key = readFileSync(config.stateKeyFile)
    for (const form of ['hex', 'base64', 'base64url'] as const)
      expect(logged.join('')).to.not.contain(key.toString(form))
    expect(logged.join('')).to.not.contain([...key].join(','))
  })
})
