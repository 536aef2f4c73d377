import { expect } from 'chai'
import { constants, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
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
}
