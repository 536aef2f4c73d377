import { expect } from 'chai'
import { onEachTpm } from './each-tpm.ts'
import { type Programs } from './programs.ts'

/** OpenSSL's own code too, the TPM's where a key is in the TPM. */
const providers = ['-provider', 'tpm2', '-provider', 'default', '-propquery', '?provider=tpm2,tpm2.digest!=yes']
const keys = [
  ['RSA', ['-algorithm', 'RSA', '-pkeyopt', 'bits:2048']],
  ['P-256', ['-algorithm', 'EC', '-pkeyopt', 'group:P-256']],
  ['P-384', ['-algorithm', 'EC', '-pkeyopt', 'group:P-384']],
] as const

async function makeKey(programs: Programs, options: readonly string[], password = ''): Promise<void> {
  await programs.run('openssl', 'genpkey', '-provider', 'tpm2', ...options, '-out', 'key.pem')
  expect(programs.read('key.pem').toString()).to.contain('TSS2 PRIVATE KEY')
  const encoders = ['-provider', 'tpm2', '-provider', 'base']
  await programs.run(
    'openssl',
    'pkey',
    ...encoders,
    '-in',
    'key.pem',
    '-passin',
    `pass:${password}`,
    '-pubout',
    '-out',
    'key.pub',
  )
}

onEachTpm("OpenSSL's tpm2 provider", (bench) => {
  const openssl = (): Programs => bench().programs.with({ TPM2OPENSSL_TCTI: bench().tcti })

  it('draws random bytes', async () => {
    const drawn = await openssl().run('openssl', 'rand', '-provider', 'tpm2', '-hex', '100')
    expect(drawn.trim()).to.match(/^[0-9a-f]{200}$/)
  })

  for (const [name, options] of keys) {
    it(`signs with a key on ${name}, which OpenSSL alone verifies`, async () => {
      const programs = openssl()
      await makeKey(programs, options)
      programs.write('message', 'hello')
      const digest = name === 'P-384' ? '-sha384' : '-sha256'
      await programs.run('openssl', 'dgst', ...providers, digest, '-sign', 'key.pem', '-out', 'sig', 'message')
      const verify = ['dgst', digest, '-verify', 'key.pub', '-signature', 'sig']
      expect(await programs.run('openssl', ...verify, 'message')).to.equal('Verified OK\n')
      programs.write('message', 'hullo')
      await programs.refused('openssl', ...verify, 'message')
    })
  }

  it('decrypts with an RSA key that has a password', async () => {
    const programs = openssl()
    await makeKey(programs, [...keys[0][1], '-pkeyopt', 'user-auth:abc'], 'abc')
    programs.write('message', 'hello')
    await programs.run('openssl', 'pkeyutl', '-encrypt', '-pubin', '-inkey', 'key.pub', '-in', 'message', '-out', 'enc')
    const decrypt = ['pkeyutl', ...providers, '-decrypt', '-inkey', 'key.pem', '-in', 'enc', '-passin']
    expect(await programs.run('openssl', ...decrypt, 'pass:abc')).to.equal('hello')
    await programs.refused('openssl', ...decrypt, 'pass:bad')
  })

  it('agrees with OpenSSL on a Diffie-Hellman secret', async () => {
    const programs = openssl()
    await makeKey(programs, keys[1][1])
    await programs.run('openssl', 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'peer.pem')
    await programs.run('openssl', 'pkey', '-in', 'peer.pem', '-pubout', '-out', 'peer.pub')
    const derive = ['pkeyutl', '-derive', '-out']
    await programs.run('openssl', ...derive, 'own', ...providers, '-inkey', 'key.pem', '-peerkey', 'peer.pub')
    await programs.run('openssl', ...derive, 'theirs', '-inkey', 'peer.pem', '-peerkey', 'key.pub')
    expect(programs.read('own').equals(programs.read('theirs'))).to.equal(true)
  })

  it('makes requests and certificates', async () => {
    const programs = openssl()
    for (const [, options] of keys.slice(1, 3)) {
      await makeKey(programs, options)
      const request = ['req', ...providers, '-new', '-subj', '/CN=localhost', '-key', 'key.pem']
      await programs.run('openssl', ...request, '-out', 'request.pem')
      expect(await programs.run('openssl', 'req', '-verify', '-in', 'request.pem', '-noout', '-subject')).to.contain(
        'localhost',
      )
      await programs.run('openssl', ...request, '-x509', '-out', 'cert.pem')
      expect(await programs.run('openssl', 'verify', '-CAfile', 'cert.pem', 'cert.pem')).to.contain('OK')
    }
  })

  it('uses a persistent key by its handle', async () => {
    const programs = openssl()
    await programs.run('tpm2_createek', '-G', 'rsa', '-c', 'ek.ctx')
    await programs.run('tpm2_createak', '-C', 'ek.ctx', '-G', 'rsa', '-g', 'sha256', '-s', 'rsassa', '-c', 'ak.ctx')
    await programs.run('tpm2_flushcontext', '-t')
    await programs.run('tpm2_evictcontrol', '-c', 'ak.ctx', '0x81000000')
    await programs.run('tpm2_flushcontext', '-t')
    const shown = await programs.run('openssl', 'pkey', ...providers, '-in', 'handle:0x81000000', '-pubout')
    expect(shown).to.contain('BEGIN PUBLIC KEY')
  })
})
