import { cpSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { keyPairOf, signedToken } from '../../../agent/boot/simulate/platform-token.ts'
import { freePort } from '../../fakes/free-port.ts'
import { CommandLine } from '../cli/command-line.ts'
import { runAgent } from './agent-process.ts'
import { PolicyOffice } from './policy-office.ts'

const log = 'test/vectors/uki-secureboot/eventlog.bin'
const clouds = { vms: 'https://vms.example', google: 'https://accounts.google.com' }

/** What the manager of virtual machines puts into each of them: it signs for the instance, whatever nonce it is given. */
const program = (instance: string) => `#!${process.execPath}
const { sign } = require('node:crypto')
const text = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const iat = Math.floor(Date.now() / 1000)
const claims = { iss: '${clouds.vms}', aud: 'bootlatch', sub: '${instance}', nonce: process.argv[2], iat, exp: iat + 60 }
const input = text({ alg: 'ES256', kid: 'vms', typ: 'JWT' }) + '.' + text(claims)
const key = { key: ${JSON.stringify(pem())}, dsaEncoding: 'ieee-p1363' }
console.log(input + '.' + sign('sha256', Buffer.from(input), key).toString('base64url'))
`

function pem(): string {
  return keyPairOf('ES256', 'vms').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** As an issuer publishes it, in the words of the list. */
function listedKey(algorithm: 'ES256' | 'RS256', kid: string): string {
  const jwk = keyPairOf(algorithm, kid).publicKey.export({ format: 'jwk' })
  return JSON.stringify({ kid, alg: algorithm, ...jwk })
}

describe('a machine whose platform vouches for it, with the real agent and server', function () {
  this.timeout(180_000)
  let folder: string
  let office: PolicyOffice
  let operator: CommandLine
  let metadata: Server
  let metadataAddress: string

  const file = (name: string) => join(folder, name)
  const documentProgram = (instance: string): string => {
    const path = file(`document-${instance}`)
    writeFileSync(path, program(instance))
    chmodSync(path, 0o700)
    return path
  }
  const unlock = (state: string, ...more: readonly string[]) =>
    runAgent(['unlock', '--state', file(state), '--replay', log, '--test', '--json', '--wait', '1', ...more])
  const apply = async (document: string) => {
    writeFileSync(file('document.yaml'), document)
    const { code, err } = await operator.run(['policy', 'apply', file('document.yaml')])
    expect(code, err).to.equal(0)
  }
  /** The rules that the newest decision failed by. */
  const failed = async (): Promise<readonly string[]> => {
    const { out } = await operator.run(['decision', 'list', '--limit', '1', '--json'])
    const [newest] = (JSON.parse(out) as { decisions: { number: number }[] }).decisions
    const { reasons } = await office.decision(BigInt(newest?.number ?? 0))
    return reasons.filter(({ passed }) => !passed).map(({ code, fact }) => `${code}: ${fact}`)
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bootlatch-platform-'))
    office = await PolicyOffice.create()
    await office.start()
    operator = new CommandLine(office.operatorBundle)
    const enrolled = await runAgent(['enrol', '--state', file('vm'), '--token-file', '-'], {
      input: await office.invite('vm'),
    })
    expect(enrolled.code, enrolled.stderr).to.equal(0)
    await office.accept('vm')
    await unlock('vm')
    await apply(
      [
        'kind: ReferenceValues',
        'name: clouds',
        'issuers:',
        `  vms: { format: jwt, issuer: "${clouds.vms}", keys: [${listedKey('ES256', 'vms')}] }`,
        `  google: { format: google-instance, issuer: "${clouds.google}", keys: [${listedKey('RS256', 'google')}] }`,
      ].join('\n'),
    )
    await office.learn('vm', (policy) =>
      policy.replace(/networks: .*/, 'platform: { issuer: clouds/vms, audience: bootlatch }'),
    )
    const port = await freePort()
    metadataAddress = `http://127.0.0.1:${port}`
    metadata = createServer((request, response) => {
      const url = new URL(request.url ?? '', metadataAddress)
      const iat = Math.floor(Date.now() / 1000)
      const google = { compute_engine: { project_id: 'web', instance_id: '4815162342' } }
      const claims = {
        iss: clouds.google,
        aud: url.searchParams.get('audience'),
        sub: '1',
        iat,
        exp: iat + 3600,
        google,
      }
      const { privateKey } = keyPairOf('RS256', 'google')
      const token = signedToken({
        header: { alg: 'RS256', kid: 'google', typ: 'JWT' },
        claims,
        algorithm: 'RS256',
        privateKey,
      })
      response.writeHead(200, { 'Metadata-Flavor': 'Google' }).end(token)
    })
    await new Promise<void>((resolve) => metadata.listen(port, '127.0.0.1', resolve))
  })
  after(async () => {
    metadata.close()
    await office.stop()
    office.remove()
    rmSync(folder, { recursive: true })
  })

  it('is refused without a document, and learns nothing but the decision', async () => {
    const ended = await unlock('vm')
    expect(ended.code, ended.stderr).to.equal(3)
    expect(Object.keys(JSON.parse(ended.stdout) as object).sort()).to.deep.equal(['decision', 'message', 'outcome'])
    expect(ended.stdout + ended.stderr).not.to.match(/platform|instance|document/)
    expect(await failed()).to.deep.equal(['admission/platform: no document was shown'])
  })

  it('starts with a document of its instance', async () => {
    const ended = await unlock('vm', '--platform-document', documentProgram('vm-1'))
    expect(ended.code, ended.stderr).to.equal(0)
    const { decision } = JSON.parse(ended.stdout) as { decision: number }
    const { out, err } = await operator.run(['decision', 'show', decision.toString(), '--all'])
    expect(out, err).to.contain('vm-1 at https://vms.example, by key vms  [vouched for by the platform]')
    expect((await operator.run(['machine', 'show', 'vm'])).out).to.match(/Instance +vm-1 at https:\/\/vms\.example/)
  })

  it('says which rules about the platform hold', async () => {
    const { out } = await operator.run(['policy', 'effective', 'vm'])
    expect(out).to.contain('a document by https://vms.example (clouds/vms), made for the request')
  })

  it('waits for a person where its copy runs on another instance', async () => {
    cpSync(file('vm'), file('copy'), { recursive: true })
    const ended = await unlock('copy', '--platform-document', documentProgram('vm-2'))
    expect(ended.code, ended.stderr).to.equal(4)
    expect(await failed()).to.deep.equal(['admission/instance: vm-2 at https://vms.example'])
    expect((await office.show('vm')).alarms[0]).to.contain('vm-2 at https://vms.example')
    const original = await unlock('vm', '--platform-document', documentProgram('vm-1'))
    expect(original.code, original.stderr).to.equal(0)
  })

  it('says on its console where the platform gives no document', async () => {
    const path = file('broken')
    writeFileSync(path, '#!/bin/sh\necho out of order >&2\nexit 1\n')
    chmodSync(path, 0o700)
    const ended = await unlock('vm', '--platform-document', path)
    expect(ended.code).to.equal(3)
    expect(ended.stderr).to.contain('the platform gave no document').and.contain('ended with 1: out of order')
  })

  it('starts with a token of Google Cloud, after a person has seen it move there', async () => {
    const google = 'platform: { issuer: clouds/google, claims: { /google/compute_engine/project_id: web } }'
    await office.learn('vm', (policy) => policy.replace(/networks: .*/, google))
    const moved = await unlock('vm', '--platform-document', `gcp=${metadataAddress}`)
    expect(moved.code, moved.stderr).to.equal(4)
    await office.accept('vm', BigInt((JSON.parse(moved.stdout) as { decision: number }).decision))
    for (let start = 1; start <= 2; start++) {
      const ended = await unlock('vm', '--platform-document', `gcp=${metadataAddress}`)
      expect(ended.code, ended.stderr).to.equal(0)
    }
  })
})
