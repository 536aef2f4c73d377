import { spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { emulatedTpmHost } from '../../../agent/attest/index.ts'
import { CommandLine } from '../cli/command-line.ts'
import { Program } from '../server/server-process.ts'
import { runAgent } from './agent-process.ts'
import { gateProblem } from './gate-problem.ts'
import { FlowMachine } from './machine.ts'
import { PolicyOffice } from './policy-office.ts'

const audience = 'https://vault.example.com:8200'

/** A program of somebody else: it knows the issuer, its own name, and the certificate that TLS ends in. */
const stranger = `
import { createRemoteJWKSet, jwtVerify } from 'jose'
const [issuer, audience, token] = process.argv.slice(1)
const { jwks_uri } = await (await fetch(issuer + '/.well-known/openid-configuration')).json()
const options = { issuer, audience, algorithms: ['ES256'], requiredClaims: ['exp', 'iat', 'sub', 'eat_profile', 'submods'] }
try {
  console.log(JSON.stringify((await jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), options)).payload))
} catch (error) {
  console.log(JSON.stringify({ refused: error.code }))
}`

describe('an attestation result, from the boot to whoever relies on it', () => {
  let office: PolicyOffice
  let vm: FlowMachine
  let operator: CommandLine
  let released: bigint

  before(async () => {
    office = await PolicyOffice.create()
    await office.start()
    operator = new CommandLine(office.operatorBundle)
    vm = new FlowMachine('vm', emulatedTpmHost)
    await vm.enrol(await office.invite('vm'))
    await office.accept('vm')
    await gateProblem(vm.start())
    await office.learn('vm')
    released = (await vm.start()).decision
  })
  after(async () => {
    await office.stop()
    office.remove()
    vm.remove()
  })

  async function verifiedBy(name: string, token: string): Promise<Record<string, unknown>> {
    const { anchor } = JSON.parse(readFileSync(office.operatorBundle, 'utf8')) as { anchor: string }
    const file = join(office.folder, 'anchor.pem')
    writeFileSync(file, new X509Certificate(anchor).toString())
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: file }
    const child = spawn(process.execPath, ['--input-type=module', '-e', stranger, office.issuer, name, token], { env })
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    if (out === '') throw new Error(err)
    return JSON.parse(out) as Record<string, unknown>
  }

  const agent = (...more: readonly string[]) =>
    runAgent(['attestation-token', '--state', vm.state, '--audience', audience, ...more])
  const decisionToken = (...more: readonly string[]) =>
    operator.run(['decision', 'token', released.toString(), '--audience', audience, ...more])

  it('is given to the machine, with the nonce it was asked for, and a stranger verifies it', async () => {
    const { code, stdout, stderr } = await agent('--nonce', 'c29tZS1ub25jZQ')
    expect(stderr).to.equal('')
    expect(code).to.equal(0)
    const claims = await verifiedBy(audience, stdout.trim())
    expect(claims).to.include({ iss: office.issuer, aud: audience, eat_nonce: 'c29tZS1ub25jZQ' })
    expect(claims['bootlatch']).to.include({ machine: 'vm', tier: 'T0', decision: Number(released) })
  })

  it('is given to an operator, on stdout alone', async () => {
    const { code, out, err } = await decisionToken()
    expect(code).to.equal(0)
    expect(err).to.contain('Counts until')
    expect(await verifiedBy(audience, out.trim())).to.have.nested.property('submods.boot')
    const { token, expires } = JSON.parse((await decisionToken('--json')).out) as { token: string; expires: string }
    const { exp } = await verifiedBy(audience, token)
    expect(Date.parse(expires)).to.equal(1000 * (exp as number))
  })

  it('is refused by whom it is not for, and where a letter of it is another', async () => {
    const { stdout } = await agent()
    expect(await verifiedBy('ci', stdout.trim())).to.deep.equal({ refused: 'ERR_JWT_CLAIM_VALIDATION_FAILED' })
    const altered = stdout.trim().replace(/[\w-]{4}$/, (end) => (end === 'AAAA' ? 'BBBB' : 'AAAA'))
    expect(await verifiedBy(audience, altered)).to.deep.equal({ refused: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })
  })

  it('is not given without an audience, nor with one that is none', async () => {
    expect((await runAgent(['attestation-token', '--state', vm.state])).code).to.equal(2)
    expect((await agent('--nonce', 'short')).code).to.equal(2)
    expect((await operator.run(['decision', 'token', '1'])).code).to.equal(2)
  })

  it('is verified after the server has started again', async () => {
    const { stdout } = await agent()
    await office.stop()
    await office.start()
    expect(await verifiedBy(audience, stdout.trim())).to.include({ aud: audience })
  })

  it('is verified no more once the keys were retired beside the server that runs, and the next one is', async () => {
    const { stdout } = await agent()
    const retire = new Program('retire-result-keys', '--reason', 'a copy was found', '--config', office.configPath)
    const { code, stdout: said } = await retire.ended
    expect(code).to.equal(0)
    expect(JSON.parse(said)).to.include({ event: 'result-keys' })
    expect(await verifiedBy(audience, stdout.trim())).to.deep.equal({ refused: 'ERR_JWKS_NO_MATCHING_KEY' })
    expect(await verifiedBy(audience, (await agent()).stdout.trim())).to.include({ aud: audience })
    expect((await operator.run(['server', 'status'])).out).to.match(/RESULT KEYS RETIRED[^]*a copy was found/)
  })

  it('is given no more once a later boot was refused', async () => {
    vm.boot = 'uki'
    await gateProblem(vm.start())
    const { code, stdout } = await agent()
    expect({ code, stdout }).to.deep.equal({ code: 3, stdout: '' })
    const { code: refused, err } = await decisionToken()
    expect(refused).to.equal(1)
    expect(err).to.contain('asked again since')
  })

  it('is given again after a good boot, and no more when the machine is locked', async () => {
    vm.boot = 'uki-secureboot'
    released = (await vm.start()).decision
    expect((await agent()).code).to.equal(0)
    await office.lock('vm')
    expect((await agent()).code).to.equal(3)
    expect((await decisionToken()).err).to.contain('locked')
  })
})
