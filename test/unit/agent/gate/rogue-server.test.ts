import { createHash, X509Certificate } from 'node:crypto'
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { Server, ServerCredentials, type ServerWritableStream } from '@grpc/grpc-js'
import { expect } from 'chai'
import {
  bootService,
  joinService,
  type Admitted,
  type AttestationToken,
  type ChallengeResponse,
  type PowerOnEvent,
  type PowerOnRequest__Output,
} from '../../../../core/rpc/index.ts'
import { certificatesOf, GateError, grpcGateClient, type BootGate } from '../../../../agent/gate/index.ts'
import { freePort } from '../../../fakes/free-port.ts'
import { TestAuthority, type Credential } from '../../../fakes/test-authority.ts'

const anchorHash = (pem: string) => Uint8Array.from(createHash('sha256').update(new X509Certificate(pem).raw).digest())

async function problemOf(call: Promise<unknown>): Promise<string | undefined> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return error instanceof GateError ? error.problem : String(error)
}

/** A server of our services that answers whatever a test wants. */
class RogueServer {
  readonly #server = new Server()
  address = ''
  powerOn: readonly PowerOnEvent[] = []
  challenge: ChallengeResponse = {}
  token: AttestationToken = {}

  constructor() {
    const unused = () => undefined
    this.#server.addService(bootService, {
      PowerOn: (call: ServerWritableStream<PowerOnRequest__Output, PowerOnEvent>) => {
        for (const event of this.powerOn) call.write(event)
        call.end()
      },
      Challenge: (_call: unknown, answer: (error: null, response: ChallengeResponse) => void) => {
        answer(null, this.challenge)
      },
      Attest: (_call: unknown, answer: (error: null, response: AttestationToken) => void) => {
        answer(null, this.token)
      },
      Release: unused,
      DepositKey: unused,
    })
    this.#server.addService(joinService, { Begin: unused, Prove: unused, Complete: unused })
  }

  async listen({ certificate, key }: Credential, chain = ''): Promise<void> {
    const pair = { cert_chain: Buffer.from(`${certificate}\n${chain}\n`), private_key: Buffer.from(key) }
    this.address = `127.0.0.1:${await freePort()}`
    await new Promise<void>((resolve, reject) => {
      this.#server.bindAsync(this.address, ServerCredentials.createSsl(null, [pair]), (error) => {
        if (error === null) resolve()
        else reject(error)
      })
    })
  }

  stop(): void {
    this.#server.forceShutdown()
  }
}

describe('the agent before a server that is not what it should be', () => {
  let authority: TestAuthority
  let client: Credential
  let server: RogueServer
  let gate: BootGate

  before(async () => {
    authority = await TestAuthority.create()
    client = await authority.issue({ name: 'vm', usage: 'client' })
  })
  beforeEach(async () => {
    server = new RogueServer()
    await server.listen(await authority.issue({ name: 'server', usage: 'server' }), authority.anchor)
    const { certificate: certificatesPem, key: keyPem } = client
    gate = grpcGateClient.boot({ address: server.address, anchorPem: authority.anchor, certificatesPem, keyPem })
  })
  afterEach(() => {
    gate.close()
    server.stop()
  })

  const ask = () => {
    const request = {
      stateGeneration: 1,
      bootTokens: [new Uint8Array(32)],
      nextTokenHash: new Uint8Array(32),
      oneTimePublicKey: new Uint8Array(65),
      platformDocument: new Uint8Array(0),
    }
    return gate.powerOn(request, { timeoutMs: 5000, onHeld: () => undefined })
  }
  const admitted = { bootId: new Uint8Array(16), decision: '7', sealedStateKeys: 'a.b.c.d.e' } satisfies Admitted

  it('takes an answer that has its form', async () => {
    server.powerOn = [{ held: { decision: '6' } }, { admitted }]
    expect(await ask()).to.deep.equal({ kind: 'admitted', ...admitted, decision: 7n })
  })

  const broken: readonly { name: string; events: readonly PowerOnEvent[] }[] = [
    { name: 'an event of no kind', events: [{}] },
    { name: 'a short boot id', events: [{ admitted: { ...admitted, bootId: new Uint8Array(15) } }] },
    { name: 'no keys', events: [{ admitted: { ...admitted, sealedStateKeys: '' } }] },
    { name: 'no sealed order', events: [{ rekey: { decision: '1', sealedRekey: '' } }] },
  ]
  for (const { name, events } of broken) {
    it(`does not take ${name}`, async () => {
      server.powerOn = events
      expect(await problemOf(ask())).to.equal('broken-answer')
    })
  }

  it('takes a stream that ends without an answer for a server out of reach', async () => {
    server.powerOn = [{ held: { decision: '6' } }]
    expect(await problemOf(ask())).to.equal('unreachable')
  })

  const selections: readonly { name: string; selection: ChallengeResponse['selection'] }[] = [
    { name: 'no selection', selection: [] },
    { name: 'an empty bank', selection: [{ hash: 0x000b, pcrs: [] }] },
    { name: 'a PCR that no TPM has', selection: [{ hash: 0x000b, pcrs: [24] }] },
    { name: 'a bank that is no algorithm', selection: [{ hash: 0x1_0000, pcrs: [0] }] },
  ]
  for (const { name, selection } of selections) {
    it(`does not take a challenge with ${name}`, async () => {
      server.challenge = { challenge: new Uint8Array(32), selection: selection ?? [] }
      expect(await problemOf(gate.challenge(new Uint8Array(16)))).to.equal('broken-answer')
    })
  }

  it('takes a result that ends when a clock can show, and no other', async () => {
    for (const [expiresUnixMs, taken] of [
      ['1800000000000', true],
      ['999999999999999', true],
      ['9999999999999999', false],
      ['8640000000000001', false],
      ['0', false],
    ] as const) {
      server.token = { token: 'a.b.c', expiresUnixMs }
      const answer = gate
        .attest({ audience: 'x', nonce: '' })
        .then(({ expiresUnixMs: end }) => new Date(end).toISOString() !== '')
      expect(await (taken ? answer : problemOf(answer)), expiresUnixMs).to.equal(taken ? true : 'broken-answer')
    }
  })

  it('finds the certificate that the token names in the chain shown', async () => {
    const join = await grpcGateClient.join(server.address, anchorHash(authority.anchor))
    join.close()
    expect(certificatesOf(authority.anchor)).to.have.length(1)
  })

  it('says nothing to a server that the token does not name', async () => {
    const other = await TestAuthority.create()
    expect(await problemOf(grpcGateClient.join(server.address, anchorHash(other.anchor)))).to.equal('wrong-server')
  })

  it('does not speak to a server under another name', async () => {
    const elsewhere = new RogueServer()
    await elsewhere.listen(
      await authority.issue({ name: 'x', usage: 'server', host: 'other.example' }),
      authority.anchor,
    )
    const join = await grpcGateClient.join(elsewhere.address, anchorHash(authority.anchor))
    expect(await problemOf(join.begin({ core: new Uint8Array(1), signature: new Uint8Array(64) }))).to.equal(
      'unreachable',
    )
    join.close()
    elsewhere.stop()
  })

  it('does not take a machine for the server, though one authority issued both', async () => {
    const machine = new RogueServer()
    await machine.listen(client, authority.anchor)
    const join = await grpcGateClient.join(machine.address, anchorHash(authority.anchor))
    expect(await problemOf(join.begin({ core: new Uint8Array(1), signature: new Uint8Array(64) }))).to.equal(
      'unreachable',
    )
    join.close()
    machine.stop()
  })

  it('ends with what talks no TLS, and where nobody listens', async () => {
    const port = await freePort()
    const address = `127.0.0.1:${port}`
    expect(await problemOf(grpcGateClient.join(address, new Uint8Array(32)))).to.equal('unreachable')
    const babbler: TcpServer = createTcpServer((socket) => socket.on('error', () => undefined).end('hello\r\n'))
    await new Promise<void>((resolve) => babbler.listen(port, '127.0.0.1', resolve))
    expect(await problemOf(grpcGateClient.join(address, new Uint8Array(32)))).to.equal('unreachable')
    babbler.close()
  })
})
