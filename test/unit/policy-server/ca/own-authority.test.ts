import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto'
import { expect } from 'chai'
import { defaultProfile as vtpm } from '../../../../agent/vtpm/profile.ts'
import { CertificateError } from '../../../../core/pki/index.ts'
import { createAuthorities, openAuthorities, type OwnAuthority } from '../../../../policy-server/ca/index.ts'
import { KeyError, KeyVault, rootKeyInMemory, SecretBytes } from '../../../../policy-server/keys/index.ts'

const random = (size: number): Uint8Array => Uint8Array.from(randomBytes(size))
const start = Date.parse('2026-03-01T12:00:00Z')
const yearMs = 365 * 86_400_000

function newVault(): KeyVault {
  const root = rootKeyInMemory(new SecretBytes(random(32)), { provider: 'test', warnings: [] }, random)
  return new KeyVault(root, random)
}
function newSpki(kind: 'rsa' | 'ec' | 'ed25519'): Uint8Array {
  const pair = {
    rsa: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ec: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    ed25519: () => generateKeyPairSync('ed25519'),
  }[kind]()
  return Uint8Array.from(pair.publicKey.export({ type: 'spki', format: 'der' }))
}
const openssl = (args: readonly string[], input: Uint8Array): string =>
  execFileSync('openssl', [...args, '-inform', 'DER'], { input, encoding: 'utf8' })
const problemOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof CertificateError) return error.problem
    throw error
  }
  return 'none'
}

describe('the server’s own authority', () => {
  const vault = newVault()
  const spki = newSpki('ec')
  const machineId = random(16)
  let now = start
  let file: Uint8Array
  let ca: OwnAuthority
  const surroundings = { vault, random, clock: () => now }
  before(async () => {
    file = await createAuthorities(surroundings)
    ca = await openAuthorities(file, surroundings)
  })
  afterEach(() => {
    now = start
  })

  it('issues a machine certificate that names the machine and its key, whatever the clock says', async () => {
    const [leaf, root] = await ca.issueMachineCertificate({ machineId, spki })
    for (now of [0, start, start + 50 * yearMs]) {
      expect(ca.peerIdentity(leaf!)).to.deep.include({ kind: 'machine', id: machineId })
    }
    expect(root).to.deep.equal(ca.certificate)
    expect(new X509Certificate(leaf!).publicKey.export({ type: 'spki', format: 'der' })).to.deep.equal(
      Buffer.from(spki),
    )
  })

  it('issues an operator certificate that ends', async () => {
    const [leaf] = await ca.issueOperatorCertificate({ name: 'admin', spki })
    expect(ca.peerIdentity(leaf!)).to.deep.include({ kind: 'operator', name: 'admin' })
    now = start + 3 * yearMs
    expect(problemOf(() => ca.peerIdentity(leaf!))).to.equal('pki/validity')
  })

  it('refuses an operator’s name that would not survive in a URI', () => {
    for (const name of ['', 'Ann', 'a b', 'a,URI:b', '-a', 'a'.repeat(64)]) {
      expect(() => ca.issueOperatorCertificate({ name, spki }), name).to.throw(TypeError)
    }
  })

  it('takes for a peer only what it issued to one', async () => {
    const other = await openAuthorities(await createAuthorities(surroundings), surroundings)
    const [foreign] = await other.issueMachineCertificate({ machineId, spki })
    const [server] = await ca.issueServerCertificate(['localhost', '::1'], spki)
    const ek = await ca.issueEkCertificate({ spki: newSpki('ec') })
    const [good] = await ca.issueMachineCertificate({ machineId, spki })
    const altered = Uint8Array.from(good!)
    altered[altered.length - 1]! ^= 1
    const rows: [string, Uint8Array, string][] = [
      ['nothing', new Uint8Array(0), 'pki/malformed'],
      ['rubbish', random(300), 'pki/malformed'],
      ['PEM', new TextEncoder().encode(new X509Certificate(good!).toString()), 'pki/malformed'],
      ['trailing bytes', Uint8Array.of(...good!, 0), 'pki/malformed'],
      ['another authority', foreign!, 'pki/issuer'],
      ['an altered signature', altered, 'pki/issuer'],
      ['the EK authority', ek, 'pki/issuer'],
      ['the authority itself', ca.certificate, 'pki/profile'],
      ['the server', server!, 'pki/name'],
    ]
    for (const [what, certificate, problem] of rows) {
      expect(
        problemOf(() => ca.peerIdentity(certificate)),
        what,
      ).to.equal(problem)
    }
  })

  it('issues EK certificates of the TCG profile, saying what the emulated TPM says of itself', async () => {
    const hex = (text: string): string => Buffer.from(text).toString('hex').toUpperCase()
    const version = (vtpm.firmwareVersion >> 32n).toString(16).toUpperCase().padStart(8, '0')
    for (const [kind, usage] of [
      ['rsa', 'Key Encipherment'],
      ['ec', 'Key Agreement'],
    ] as const) {
      const text = openssl(
        ['x509', '-noout', '-text', '-certopt', 'no_pubkey'],
        await ca.issueEkCertificate({ spki: newSpki(kind) }),
      )
      expect(text).to.match(/Basic Constraints: critical\n\s+CA:FALSE/)
      expect(text).to.match(new RegExp(`Key Usage: critical\n\\s+${usage}\n`))
      expect(text).to.match(/Extended Key Usage: \n\s+2\.23\.133\.8\.1\n/)
      expect(text).to.match(/Subject: \n/)
      expect(text).to.match(/Alternative Name: critical\n/)
      expect(text).to.include(
        `DirName:/2.23.133.2.1=id:${hex(vtpm.manufacturer)}/2.23.133.2.2=${vtpm.vendorString}/2.23.133.2.3=id:${version}`,
      )
    }
  })

  it('certifies no EK of a key type that has no EK profile', () => {
    expect(() => ca.issueEkCertificate({ spki: newSpki('ed25519') })).to.throw(TypeError)
  })

  it('keeps its identity over a restart, and opens under its own vault alone', async () => {
    const again = await openAuthorities(file, surroundings)
    expect(again.serverId).to.deep.equal(ca.serverId)
    const [leaf] = await again.issueMachineCertificate({ machineId, spki })
    expect(ca.peerIdentity(leaf!)).to.deep.include({ kind: 'machine' })

    const failure = await openAuthorities(file, { ...surroundings, vault: newVault() }).catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(KeyError).with.property('problem', 'keys/unwrap-failed')
  })

  it('refuses every prefix of its file, and one byte more', async () => {
    const outcomes = await Promise.all(
      [...Array(file.length).keys()]
        .filter((size) => size % 7 === 0)
        .map((size) =>
          openAuthorities(file.subarray(0, size), surroundings).then(
            () => 'opened',
            () => 'refused',
          ),
        ),
    )
    expect(new Set(outcomes)).to.deep.equal(new Set(['refused']))
    const longer = await openAuthorities(Uint8Array.of(...file, 0), surroundings).catch((error: unknown) => error)
    expect(longer).to.have.property('name', 'WireError')
  })
})
