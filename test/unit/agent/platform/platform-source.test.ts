import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { InvalidArgumentError } from 'commander'
import { documentProgram } from '../../../../agent/platform/document-program.ts'
import { googleMetadata } from '../../../../agent/platform/google-metadata.ts'
import { platformSourceOf } from '../../../../agent/platform/platform-option.ts'
import { PlatformDocumentError } from '../../../../agent/platform/index.ts'
import { freePort } from '../../../fakes/free-port.ts'

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

async function failureOf(asking: Promise<Uint8Array>): Promise<string> {
  try {
    return text(await asking)
  } catch (error) {
    if (error instanceof PlatformDocumentError) return error.message
    throw error
  }
}

describe('a program that prints platform documents', () => {
  let folder: string
  before(() => (folder = mkdtempSync(join(tmpdir(), 'bootlatch-platform-'))))
  after(() => {
    rmSync(folder, { recursive: true })
  })

  function program(script: string): string {
    const path = join(folder, `program-${Buffer.from(script).toString('hex').slice(0, 60)}`)
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o700)
    return path
  }

  it('is given the nonce, and nothing else', async () => {
    expect(text(await documentProgram(program('printf "%s %s" "$#" "$1"'))('abc'))).to.equal('1 abc')
  })
  it('runs without a shell: a nonce is one word', async () => {
    expect(text(await documentProgram(program('printf "%s" "$1"'))('$(id); a b'))).to.equal('$(id); a b')
  })
  it('sees nothing of the environment of the agent', async () => {
    process.env['BOOTLATCH_SECRET'] = 'secret'
    try {
      expect(text(await documentProgram(program('env | grep -c SECRET; true'))('a'))).to.equal('0')
    } finally {
      delete process.env['BOOTLATCH_SECRET']
    }
  })
  it('may end its document with a line end', async () => {
    expect(text(await documentProgram(program('echo document'))('a'))).to.equal('document')
  })

  for (const { name, script, says, limitMs } of [
    { name: 'fails', script: 'echo no metadata >&2; exit 3', says: 'ended with 3: no metadata' },
    { name: 'fails without a word', script: 'exit 1', says: 'ended with 1' },
    { name: 'prints nothing', script: 'true', says: 'printed no document' },
    {
      name: 'prints without end',
      script: 'while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done',
      says: 'printed more than a document',
    },
    { name: 'prints a byte too much', script: 'head -c 65537 /dev/zero', says: 'printed no document' },
    { name: 'never ends', script: 'exec sleep 600', says: 'took too long', limitMs: 200 },
  ])
    it(`gives no document where it ${name}`, async () => {
      const path = program(script)
      expect(await failureOf(documentProgram(path, limitMs)('a'))).to.equal(`${path}: ${says}`)
    })

  it('gives no document where it is not there, or is none', async () => {
    const missing = join(folder, 'missing')
    expect(await failureOf(documentProgram(missing)('a'))).to.equal(`${missing}: cannot be run (ENOENT)`)
    expect(await failureOf(documentProgram(folder)('a'))).to.equal(`${folder}: cannot be run (EACCES)`)
  })
})

describe('the metadata server of Google Cloud', () => {
  let server: Server
  let address: string
  let answer: RequestListener
  before(async () => {
    const port = await freePort()
    server = createServer((request, response) => {
      answer(request, response)
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${port}`
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const google = { 'Metadata-Flavor': 'Google' }

  it('is asked for a token whose audience is the nonce, with all that it says of the instance', async () => {
    const seen: (string | string[] | undefined)[] = []
    answer = (request, response) => {
      seen.push(request.url, request.headers['metadata-flavor'], request.headers['x-forwarded-for'])
      response.writeHead(200, google).end('token')
    }
    expect(text(await googleMetadata(address)('abc-_'))).to.equal('token')
    const path = '/computeMetadata/v1/instance/service-accounts/default/identity?audience=abc-_&format=full'
    expect(seen).to.deep.equal([path, 'Google', undefined])
  })

  it('is believed only where it says that it is one', async () => {
    answer = (_request, response) => response.writeHead(200).end('token')
    expect(await failureOf(googleMetadata(address)('a'))).to.equal(`${address}: is no metadata server`)
  })
  it('is not followed elsewhere', async () => {
    answer = (_request, response) => response.writeHead(302, { ...google, location: `${address}/other` }).end()
    expect(await failureOf(googleMetadata(address)('a'))).to.equal(`${address}: answered 302`)
  })
  it('gives nothing where no service account is attached', async () => {
    answer = (_request, response) => response.writeHead(404, google).end('not found')
    expect(await failureOf(googleMetadata(address)('a'))).to.equal(`${address}: answered 404`)
  })
  it('is not read without end', async () => {
    answer = (_request, response) => response.writeHead(200, google).end(new Uint8Array(70_000))
    expect(await failureOf(googleMetadata(address)('a'))).to.equal(`${address}: answered more than a document`)
  })
  it('is not waited for without end, before its answer and within it', async () => {
    answer = () => undefined
    expect(await failureOf(googleMetadata(address, 100)('a'))).to.match(/^http.*abort/)
    answer = (_request, response) => response.writeHead(200, google).write('to')
    expect(await failureOf(googleMetadata(address, 100)('a'))).to.match(/^http.*abort/)
  })
  it('may not be there', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`
    expect(await failureOf(googleMetadata(nobody)('a'))).to.contain('ECONNREFUSED')
  })
})

describe('--platform-document', () => {
  for (const source of ['gcp', 'gcp=http://127.0.0.1:20123', '/usr/libexec/platform-document'])
    it(`takes ${source}`, () => {
      expect(platformSourceOf(source)).to.be.a('function')
    })
  for (const source of [
    '',
    'aws',
    'gcp=',
    'gcp=127.0.0.1',
    'gcp=https://a',
    'gcp=http://a/b',
    'program',
    './program',
    'gcp=http://a:b',
  ])
    it(`refuses ${source || 'nothing'}`, () => {
      expect(() => platformSourceOf(source)).to.throw(InvalidArgumentError)
    })
})
