import { expect } from 'chai'
import { createHash } from 'node:crypto'
import { type ClientBench, onEachTpm } from './each-tpm.ts'
import { formatImage, passphrase, testPassphrase } from './luks-image.ts'

interface Tpm2Token {
  readonly 'tpm2-blob': string
  readonly 'tpm2-pcrs': readonly number[]
}

async function enrol({ programs, tcti }: ClientBench, pin?: string): Promise<Tpm2Token> {
  await formatImage(programs, 'disk')
  const withPin = pin === undefined ? [] : ['--tpm2-with-pin=yes']
  const told = programs.with({ PASSWORD: passphrase, NEWPIN: pin ?? '' })
  await told.run('systemd-cryptenroll', `--tpm2-device=${tcti}`, '--tpm2-pcrs=7+16', ...withPin, 'disk')
  const metadata = await programs.run('cryptsetup', 'luksDump', '--dump-json-metadata', 'disk')
  return (JSON.parse(metadata) as { tokens: Record<string, Tpm2Token> }).tokens['0']!
}

/** The token's blob is TPM2B_PRIVATE and TPM2B_PUBLIC; what they seal is, in base64, the passphrase of the slot. */
async function unseal({ programs }: ClientBench, token: Tpm2Token, pin?: string): Promise<void> {
  const blob = Buffer.from(token['tpm2-blob'], 'base64')
  const privateBytes = 2 + blob.readUInt16BE(0)
  programs.write('seal.priv', blob.subarray(0, privateBytes))
  programs.write('seal.pub', blob.subarray(privateBytes))
  await programs.run('tpm2_createprimary', '-C', 'o', '-G', 'ecc', '-c', 'primary.ctx')
  await programs.run('tpm2_load', '-C', 'primary.ctx', '-u', 'seal.pub', '-r', 'seal.priv', '-c', 'seal.ctx')
  await programs.run('tpm2_flushcontext', '-t')
  await programs.run('tpm2_startauthsession', '--policy-session', '-S', 'policy.ctx')
  await programs.run('tpm2_policypcr', '-S', 'policy.ctx', '-l', `sha256:${token['tpm2-pcrs'].join(',')}`)
  let authorization = 'session:policy.ctx'
  if (pin !== undefined) {
    await programs.run('tpm2_policyauthvalue', '-S', 'policy.ctx')
    authorization += `+hex:${createHash('sha256').update(pin).digest('hex')}`
  }
  await programs.run('tpm2_unseal', '-c', 'seal.ctx', '-p', authorization, '-o', 'secret')
  programs.write('key', programs.read('secret').toString('base64'))
  await testPassphrase(programs, 'disk', 'key')
}

onEachTpm('systemd', (bench) => {
  afterEach(async () => {
    await bench().programs.run('rm', '-f', 'secret')
  })

  it('cryptenroll seals a key to PCRs, which opens the volume', async () => {
    const token = await enrol(bench())
    expect(token['tpm2-pcrs']).to.deep.equal([7, 16])
    await unseal(bench(), token)
  })

  it('cryptenroll adds a PIN', async () => {
    await unseal(bench(), await enrol(bench(), '271828'), '271828')
  })

  it('creds encrypts a credential, which a changed PCR does not decrypt', async () => {
    const { programs, tcti } = bench()
    const device = `--tpm2-device=${tcti}`
    programs.write('plain', 'a credential')
    const encrypt = ['encrypt', '--with-key=tpm2', device, '--tpm2-pcrs=16', '--name=one', 'plain', 'sealed']
    await programs.run('systemd-creds', ...encrypt)
    await programs.run('tpm2_flushcontext', '-t')
    const decrypt = ['decrypt', device, '--name=one', 'sealed', '-']
    expect(await programs.run('systemd-creds', ...decrypt)).to.equal('a credential')
    await programs.run('tpm2_pcrextend', `16:sha256=${'01'.repeat(32)}`)
    await programs.refused('systemd-creds', ...decrypt)
  })
})
