import { expect } from 'chai'
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { type Tools } from './tools.ts'

/** Flows beside the main road; each starts on a TPM that is started up and empty. */
export const moreFlows: Readonly<Record<string, (tools: Tools) => Promise<void>>> = {
  'self-test, clock, random numbers, test of parameters': async (tools) => {
    await tools.run('selftest')
    await tools.run('selftest', '-f')
    expect(await tools.run('gettestresult')).to.contain('success')
    expect(await tools.run('readclock')).to.match(/reset_count: \d+/)
    tools.write('entropy', randomBytes(64))
    await tools.run('stirrandom', 'entropy')
    const first = await tools.run('getrandom', '--hex', '16')
    expect(await tools.run('getrandom', '--hex', '16')).not.to.equal(first)
    await tools.run('testparms', 'ecc256')
    await tools.run('testparms', 'rsa2048')
  },

  'keys from OpenSSL, imported and loaded from outside': async (tools) => {
    await tools.run('createprimary', '-C', 'o', '-G', 'rsa', '-c', 'primary.ctx')
    await tools.flush()
    const message = randomBytes(100)
    tools.write('message', message)
    for (const [algorithm, pair, scheme] of [
      ['rsa', generateKeyPairSync('rsa', { modulusLength: 2048 }), 'rsassa'],
      ['ecc', generateKeyPairSync('ec', { namedCurve: 'prime256v1' }), 'ecdsa'],
    ] as const) {
      const type = algorithm === 'rsa' ? 'pkcs1' : 'sec1'
      tools.write('key.pem', pair.privateKey.export({ type, format: 'pem' }))
      tools.write('pub.pem', pair.publicKey.export({ type: 'spki', format: 'pem' }))
      await tools.run('import', '-C', 'primary.ctx', '-G', algorithm, '-i', 'key.pem', '-u', 'i.pub', '-r', 'i.priv')
      await tools.flush()
      await tools.run('load', '-C', 'primary.ctx', '-u', 'i.pub', '-r', 'i.priv', '-c', 'i.ctx')
      await tools.flush()
      await tools.run('sign', '-c', 'i.ctx', '-g', 'sha256', '-s', scheme, '-o', 'sig', 'message')
      await tools.flush()
      await tools.run('loadexternal', '-C', 'o', '-G', algorithm, '-u', 'pub.pem', '-c', 'e.ctx')
      await tools.flush()
      await tools.run('verifysignature', '-c', 'e.ctx', '-g', 'sha256', '-m', 'message', '-s', 'sig')
      await tools.flush()
      tools.write('openssl.sig', sign('sha256', message, pair.privateKey))
      const foreign = ['-s', 'openssl.sig', '-f', scheme]
      await tools.run('verifysignature', '-c', 'e.ctx', '-g', 'sha256', '-m', 'message', ...foreign)
      await tools.flush()
    }
  },

  'a changed auth value of an object': async (tools) => {
    await tools.run('createprimary', '-C', 'o', '-G', 'ecc', '-c', 'primary.ctx')
    tools.write('secret', 'sealed')
    await tools.run('create', '-C', 'primary.ctx', '-u', 's.pub', '-r', 's.priv', '-i', 'secret', '-p', 'old')
    await tools.flush()
    await tools.run('load', '-C', 'primary.ctx', '-u', 's.pub', '-r', 's.priv', '-c', 's.ctx')
    await tools.flush()
    await tools.run('changeauth', '-C', 'primary.ctx', '-c', 's.ctx', '-p', 'old', '-r', 'new.priv', 'new')
    await tools.flush()
    await tools.run('load', '-C', 'primary.ctx', '-u', 's.pub', '-r', 'new.priv', '-c', 'new.ctx')
    await tools.flush()
    expect(await tools.run('unseal', '-c', 'new.ctx', '-p', 'new')).to.equal('sealed')
    await tools.flush()
    await tools.refused('unseal', '-c', 'new.ctx', '-p', 'old')
    await tools.flush()
  },

  'a policy of auth value and command code': async (tools) => {
    await tools.run('startauthsession', '-S', 'trial.ctx')
    await tools.run('policyauthvalue', '-S', 'trial.ctx')
    await tools.run('policycommandcode', '-S', 'trial.ctx', '-L', 'both.policy', 'TPM2_CC_Unseal')
    await tools.run('flushcontext', 'trial.ctx')
    await tools.run('createprimary', '-C', 'o', '-G', 'ecc', '-c', 'primary.ctx')
    tools.write('secret', 'sealed')
    const key = ['-u', 's.pub', '-r', 's.priv', '-i', 'secret', '-p', 'pw', '-L', 'both.policy']
    await tools.run('create', '-C', 'primary.ctx', ...key)
    await tools.flush()
    await tools.run('load', '-C', 'primary.ctx', '-u', 's.pub', '-r', 's.priv', '-c', 's.ctx')
    await tools.flush()
    await tools.run('startauthsession', '--policy-session', '-S', 'policy.ctx')
    await tools.run('policyauthvalue', '-S', 'policy.ctx')
    await tools.refused('unseal', '-c', 's.ctx', '-p', 'session:policy.ctx+pw')
    await tools.flush()
    await tools.run('startauthsession', '--policy-session', '-S', 'policy.ctx')
    await tools.run('policyauthvalue', '-S', 'policy.ctx')
    await tools.run('policycommandcode', '-S', 'policy.ctx', 'TPM2_CC_Unseal')
    expect(await tools.run('unseal', '-c', 's.ctx', '-p', 'session:policy.ctx+pw')).to.equal('sealed')
    await tools.run('flushcontext', 'policy.ctx')
    await tools.flush()
  },

  'NV behind a salted session with encrypted parameters': async (tools) => {
    await tools.run('createprimary', '-C', 'o', '-G', 'ecc', '-c', 'primary.ctx')
    await tools.flush()
    await tools.run('nvdefine', '0x1500030', '-C', 'o', '-s', '8', '-p', 'pin')
    tools.write('eight', '12345678')
    for (const symmetric of ['aes128cfb', 'xor'] as const) {
      if (symmetric === 'aes128cfb') {
        await tools.run('startauthsession', '--hmac-session', '-c', 'primary.ctx', '-S', 'salted.ctx')
        await tools.flush()
        await tools.run('sessionconfig', '--enable-encrypt', '--enable-decrypt', 'salted.ctx')
      } else await tools.run('startauthsession', '--hmac-session', '-S', 'salted.ctx')
      await tools.run('nvwrite', '0x1500030', '-C', '0x1500030', '-P', 'session:salted.ctx+pin', '-i', 'eight')
      const read = ['-P', 'session:salted.ctx+pin', '-o', 'read']
      await tools.run('nvread', '0x1500030', '-C', '0x1500030', ...read)
      expect(tools.read('read').toString()).to.equal('12345678')
      await tools.run('flushcontext', 'salted.ctx')
    }
    await tools.run('nvundefine', '0x1500030', '-C', 'o')
  },

  'lockout after wrong auth values, and its end': async (tools) => {
    await tools.run('dictionarylockout', '-s', '-n', '2', '-t', '1000', '-l', '1000')
    await tools.run('createprimary', '-C', 'o', '-G', 'ecc', '-c', 'primary.ctx')
    tools.write('secret', 'sealed')
    await tools.run('create', '-C', 'primary.ctx', '-u', 's.pub', '-r', 's.priv', '-i', 'secret', '-p', 'pw')
    await tools.flush()
    await tools.run('load', '-C', 'primary.ctx', '-u', 's.pub', '-r', 's.priv', '-c', 's.ctx')
    await tools.flush()
    for (let i = 0; i < 3; i += 1) {
      await tools.refused('unseal', '-c', 's.ctx', '-p', 'wrong')
      await tools.flush()
    }
    expect(await tools.refused('unseal', '-c', 's.ctx', '-p', 'pw')).to.contain('lockout')
    await tools.flush()
    await tools.run('dictionarylockout', '-c')
    expect(await tools.run('unseal', '-c', 's.ctx', '-p', 'pw')).to.equal('sealed')
    await tools.flush()
    await tools.run('dictionarylockout', '-s', '-n', '3', '-t', '1000', '-l', '1000')
  },

  'an EK certificate in its index': async (tools) => {
    const certificate = randomBytes(900)
    tools.write('ek.der', certificate)
    const attributes = 'ppwrite|ppread|ownerread|authread|no_da|platformcreate|writedefine'
    await tools.run('nvdefine', '0x1c00002', '-C', 'p', '-s', '900', '-a', attributes)
    await tools.run('nvwrite', '0x1c00002', '-C', 'p', '-i', 'ek.der')
    await tools.run('getekcertificate', '-o', 'read.der')
    expect(tools.read('read.der').equals(certificate)).to.equal(true)
    await tools.refused('nvundefine', '0x1c00002', '-C', 'o')
    await tools.run('nvundefine', '0x1c00002', '-C', 'p')
  },

  'measured boot: the same digest in every bank': async (tools) => {
    tools.write('kernel', randomBytes(100_000))
    const digest = createHash('sha256').update(tools.read('kernel')).digest('hex')
    await tools.run('hash', '-g', 'sha256', '-o', 'digest', 'kernel')
    expect(tools.read('digest').toString('hex')).to.equal(digest)
    await tools.run('pcrread', 'sha256:9', '-o', 'before')
    await tools.run('pcrevent', '9', 'kernel')
    await tools.run('pcrread', 'sha256:9', '-o', 'after')
    const extended = createHash('sha256').update(tools.read('before')).update(Buffer.from(digest, 'hex')).digest()
    expect(tools.read('after').equals(extended)).to.equal(true)
  },
}
