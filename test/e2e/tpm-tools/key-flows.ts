import { expect } from 'chai'
import { constants, createPublicKey, publicEncrypt, randomBytes, verify } from 'node:crypto'
import { type Tools } from './tools.ts'

/** Flows that use keys for other things than signing; each starts on a TPM that is started up and empty. */
export const keyFlows: Readonly<Record<string, (tools: Tools) => Promise<void>>> = {
  'RSA encryption, to and from OpenSSL': async (tools) => {
    await tools.run('createprimary', '-C', 'o', '-G', 'ecc', '-c', 'primary.ctx')
    await tools.run(
      'create',
      '-C',
      'primary.ctx',
      '-G',
      'rsa',
      '-u',
      'k.pub',
      '-r',
      'k.priv',
      '-a',
      'userwithauth|decrypt|sign|fixedtpm|fixedparent|sensitivedataorigin',
    )
    await tools.flush()
    await tools.run('load', '-C', 'primary.ctx', '-u', 'k.pub', '-r', 'k.priv', '-c', 'k.ctx')
    await tools.flush()
    await tools.run('readpublic', '-c', 'k.ctx', '-f', 'pem', '-o', 'k.pem')
    await tools.flush()
    tools.write('plain', 'a message')
    const key = createPublicKey(tools.read('k.pem'))
    for (const [scheme, padding] of [
      ['rsaes', { padding: constants.RSA_PKCS1_PADDING }],
      ['oaep', { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }],
    ] as const) {
      await tools.run('rsaencrypt', '-c', 'k.ctx', '-s', scheme, '-o', 'sealed', 'plain')
      await tools.flush()
      await tools.run('rsadecrypt', '-c', 'k.ctx', '-s', scheme, '-o', 'opened', 'sealed')
      await tools.flush()
      expect(tools.read('opened').toString()).to.equal('a message')
      tools.write('sealed', publicEncrypt({ key, ...padding }, Buffer.from('from OpenSSL')))
      await tools.run('rsadecrypt', '-c', 'k.ctx', '-s', scheme, '-o', 'opened', 'sealed')
      await tools.flush()
      expect(tools.read('opened').toString()).to.equal('from OpenSSL')
    }
  },

  'Diffie-Hellman: both ends find one point': async (tools) => {
    await tools.run('createprimary', '-C', 'o', '-G', 'ecc', '-c', 'primary.ctx')
    const attributes = 'userwithauth|decrypt|fixedtpm|fixedparent|sensitivedataorigin'
    await tools.run('create', '-C', 'primary.ctx', '-G', 'ecc256:ecdh', '-u', 'k.pub', '-r', 'k.priv', '-a', attributes)
    await tools.flush()
    await tools.run('load', '-C', 'primary.ctx', '-u', 'k.pub', '-r', 'k.priv', '-c', 'k.ctx')
    await tools.flush()
    await tools.run('ecdhkeygen', '-c', 'k.ctx', '-u', 'public', '-o', 'shared')
    await tools.flush()
    await tools.run('ecdhzgen', '-c', 'k.ctx', '-u', 'public', '-o', 'found')
    await tools.flush()
    expect(tools.read('found').equals(tools.read('shared'))).to.equal(true)
    expect(await tools.run('geteccparameters', 'ecc256', '-o', 'parameters')).to.equal('')
  },

  'AES: what is encrypted in pieces is decrypted': async (tools) => {
    await tools.run('createprimary', '-C', 'o', '-G', 'ecc', '-c', 'primary.ctx')
    await tools.run('create', '-C', 'primary.ctx', '-G', 'aes128', '-u', 'k.pub', '-r', 'k.priv')
    await tools.flush()
    await tools.run('load', '-C', 'primary.ctx', '-u', 'k.pub', '-r', 'k.priv', '-c', 'k.ctx')
    await tools.flush()
    const plain = randomBytes(2048)
    tools.write('plain', plain)
    tools.write('iv', randomBytes(16))
    for (const mode of ['cfb', 'ofb', 'ctr', 'cbc']) {
      const iv = ['-t', 'iv', '-G', mode]
      await tools.run('encryptdecrypt', '-c', 'k.ctx', ...iv, '-o', 'sealed', 'plain')
      await tools.flush()
      expect(tools.read('sealed').equals(plain)).to.equal(false)
      await tools.run('encryptdecrypt', '-d', '-c', 'k.ctx', ...iv, '-o', 'opened', 'sealed')
      await tools.flush()
      expect(tools.read('opened').equals(plain)).to.equal(true)
    }
  },

  'a key duplicated for another parent, and imported there': async (tools) => {
    await tools.run('startauthsession', '-S', 'trial.ctx')
    await tools.run('policycommandcode', '-S', 'trial.ctx', '-L', 'move.policy', 'TPM2_CC_Duplicate')
    await tools.run('flushcontext', 'trial.ctx')
    await tools.run('createprimary', '-C', 'o', '-G', 'ecc', '-c', 'primary.ctx')
    const attributes = 'userwithauth|sign|decrypt|sensitivedataorigin'
    const key = ['-u', 'k.pub', '-r', 'k.priv', '-L', 'move.policy', '-a', attributes]
    await tools.run('create', '-C', 'primary.ctx', '-G', 'rsa', ...key)
    await tools.flush()
    const storage = 'userwithauth|restricted|decrypt|fixedtpm|fixedparent|sensitivedataorigin'
    await tools.run('create', '-C', 'primary.ctx', '-G', 'ecc', '-u', 'p.pub', '-r', 'p.priv', '-a', storage)
    await tools.flush()
    await tools.run('load', '-C', 'primary.ctx', '-u', 'p.pub', '-r', 'p.priv', '-c', 'p.ctx')
    await tools.flush()
    await tools.run('load', '-C', 'primary.ctx', '-u', 'k.pub', '-r', 'k.priv', '-c', 'k.ctx')
    await tools.flush()
    await tools.run('startauthsession', '--policy-session', '-S', 'policy.ctx')
    await tools.run('policycommandcode', '-S', 'policy.ctx', 'TPM2_CC_Duplicate')
    const wrapped = ['-G', 'aes', '-o', 'inner', '-r', 'k.dup', '-s', 'k.seed']
    await tools.run('duplicate', '-C', 'p.ctx', '-c', 'k.ctx', ...wrapped, '-p', 'session:policy.ctx')
    await tools.run('flushcontext', 'policy.ctx')
    await tools.flush()
    const parcel = ['-u', 'k.pub', '-i', 'k.dup', '-s', 'k.seed', '-k', 'inner', '-r', 'moved.priv']
    await tools.run('import', '-C', 'p.ctx', '-G', 'rsa', ...parcel, '-L', 'move.policy')
    await tools.flush()
    await tools.run('load', '-C', 'p.ctx', '-u', 'k.pub', '-r', 'moved.priv', '-c', 'moved.ctx')
    await tools.flush()
  },

  'the time and an NV index, attested': async (tools) => {
    await tools.run('createprimary', '-C', 'e', '-G', 'ecc', '-c', 'primary.ctx')
    const attributes = 'userwithauth|sign|fixedtpm|fixedparent|sensitivedataorigin'
    await tools.run('create', '-C', 'primary.ctx', '-G', 'ecc', '-u', 'k.pub', '-r', 'k.priv', '-a', attributes)
    await tools.flush()
    await tools.run('load', '-C', 'primary.ctx', '-u', 'k.pub', '-r', 'k.priv', '-c', 'k.ctx')
    await tools.flush()
    await tools.run('readpublic', '-c', 'k.ctx', '-f', 'pem', '-o', 'k.pem')
    await tools.flush()
    const signed = ['-g', 'sha256', '-s', 'ecdsa', '-f', 'plain', '-o', 'sig', '--attestation', 'attest']
    const isSigned = () => verify('sha256', tools.read('attest'), tools.read('k.pem'), tools.read('sig'))
    await tools.run('gettime', '-c', 'k.ctx', '-q', 'c0ffee', ...signed)
    await tools.flush()
    expect(isSigned()).to.equal(true)
    await tools.run('nvdefine', '0x1500050', '-C', 'o', '-s', '8')
    tools.write('eight', '12345678')
    await tools.run('nvwrite', '0x1500050', '-C', 'o', '-i', 'eight')
    await tools.run('nvcertify', '0x1500050', '-C', 'k.ctx', '-c', 'o', '--size', '8', ...signed)
    await tools.flush()
    expect(isSigned()).to.equal(true)
    expect(tools.read('attest').includes('12345678')).to.equal(true)
    await tools.run('nvundefine', '0x1500050', '-C', 'o')
  },
}
