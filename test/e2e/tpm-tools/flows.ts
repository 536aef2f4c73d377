import { expect } from 'chai'
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { type Tools } from './tools.ts'

/** What people do with a TPM through the stock tools: each flow starts on a TPM that is started up and empty. */
export const flows: Readonly<Record<string, (tools: Tools) => Promise<void>>> = {
  'createek and createak, RSA and ECC': async (tools) => {
    for (const [ek, ak, scheme] of [
      ['rsa', 'rsa', 'rsassa'],
      ['ecc', 'ecc', 'ecdsa'],
      ['rsa', 'rsa', 'rsapss'],
    ] as const) {
      await tools.run('createek', '-c', 'ek.ctx', '-G', ek, '-u', 'ek.pub')
      const key = ['-G', ak, '-g', 'sha256', '-s', scheme, '-u', 'ak.pub', '-n', 'ak.name', '-r', 'ak.priv']
      await tools.run('createak', '-C', 'ek.ctx', '-c', 'ak.ctx', ...key)
      await tools.flush()
      const shown = await tools.run('readpublic', '-c', 'ak.ctx', '-n', 'read.name')
      expect(tools.read('read.name').equals(tools.read('ak.name'))).to.equal(true)
      expect(shown).to.contain('fixedtpm|fixedparent|sensitivedataorigin|userwithauth|restricted|sign')
      await tools.flush()
    }
  },

  'quote and checkquote': async (tools) => {
    await attestationKey(tools, 'ecc', 'ecdsa')
    await quote(tools)
    await tools.run('pcrextend', `7:sha256=${'ab'.repeat(32)}`)
    await quote(tools)
    const check = ['-u', 'ak.pem', '-m', 'q.msg', '-s', 'q.sig', '-f', 'q.pcr', '-g', 'sha256']
    expect(await tools.refused('checkquote', ...check, '-q', 'c0ffef')).to.contain('nonce')
    const message = tools.read('q.msg')
    message[message.length - 1]! ^= 1
    tools.write('altered.msg', message)
    await tools.refused('checkquote', ...check.with(3, 'altered.msg'), '-q', 'c0ffee')
    await attestationKey(tools, 'rsa', 'rsassa')
    await quote(tools)
  },

  'makecredential and activatecredential': async (tools) => {
    for (const kind of ['rsa', 'ecc'] as const) {
      await tools.run('createek', '-c', 'ek.ctx', '-G', kind, '-u', 'ek.pub')
      const key = ['-G', 'ecc', '-g', 'sha256', '-s', 'ecdsa', '-u', 'ak.pub', '-n', 'ak.name']
      await tools.run('createak', '-C', 'ek.ctx', '-c', 'ak.ctx', ...key)
      await tools.flush()
      const secret = randomBytes(32)
      tools.write('secret', secret)
      const name = tools.read('ak.name').toString('hex')
      await tools.run('makecredential', '-u', 'ek.pub', '-s', 'secret', '-n', name, '-o', 'cred')
      await activate(tools)
      expect(tools.read('activated').equals(secret)).to.equal(true)

      const other = `000b${'00'.repeat(32)}`
      await tools.run('makecredential', '-u', 'ek.pub', '-s', 'secret', '-n', other, '-o', 'cred')
      const activated = await activate(tools).then(
        () => 'activated',
        (error: unknown) => String(error),
      )
      expect(activated).to.contain('integrity check failed')
      await tools.flush()
      await tools.run('flushcontext', '--loaded-session')
    }
  },

  'create, load and unseal under a PCR policy': async (tools) => {
    await tools.run('createprimary', '-C', 'o', '-G', 'ecc', '-c', 'primary.ctx')
    await tools.run('createpolicy', '--policy-pcr', '-l', 'sha256:0,7,16', '-L', 'pcr.policy')
    tools.write('secret', 'the disk key')
    const sealed = ['-u', 'seal.pub', '-r', 'seal.priv', '-i', 'secret', '-L', 'pcr.policy']
    await tools.run('create', '-C', 'primary.ctx', ...sealed)
    await tools.flush()
    await tools.run('load', '-C', 'primary.ctx', '-u', 'seal.pub', '-r', 'seal.priv', '-c', 'seal.ctx')
    await tools.flush()
    const unseal = ['-c', 'seal.ctx', '-p', 'pcr:sha256:0,7,16']
    expect(await tools.run('unseal', ...unseal)).to.equal('the disk key')
    await tools.flush()
    await tools.run('pcrextend', `16:sha256=${'01'.repeat(32)}`)
    expect(await tools.refused('unseal', ...unseal)).to.contain('policy check failed')
    await tools.flush()
    await tools.run('pcrreset', '16')
    expect(await tools.run('unseal', ...unseal)).to.equal('the disk key')
    await tools.flush()
  },

  'unseal by an auth value, in the clear and encrypted on the wire': async (tools) => {
    await tools.run('createprimary', '-C', 'o', '-G', 'rsa', '-c', 'primary.ctx')
    tools.write('secret', 'the disk key')
    await tools.run('create', '-C', 'primary.ctx', '-u', 's.pub', '-r', 's.priv', '-i', 'secret', '-p', 'open sesame')
    await tools.flush()
    await tools.run('load', '-C', 'primary.ctx', '-u', 's.pub', '-r', 's.priv', '-c', 's.ctx')
    await tools.flush()
    expect(await tools.run('unseal', '-c', 's.ctx', '-p', 'open sesame')).to.equal('the disk key')
    await tools.flush()
    expect(await tools.refused('unseal', '-c', 's.ctx', '-p', 'open barley')).to.match(/authorization (failure|HMAC)/)
    await tools.flush()
    await tools.run('startauthsession', '--hmac-session', '-c', 'primary.ctx', '-S', 'hmac.ctx')
    await tools.flush()
    await tools.run('sessionconfig', '--enable-encrypt', '--enable-decrypt', 'hmac.ctx')
    const session = 'session:hmac.ctx+open sesame'
    expect(await tools.run('unseal', '-c', 's.ctx', '-p', session)).to.equal('the disk key')
    await tools.run('flushcontext', 'hmac.ctx')
    await tools.flush()
  },

  'nvdefine, nvwrite, nvread': async (tools) => {
    const index = '0x1500020'
    const content = randomBytes(1500)
    tools.write('content', content)
    await tools.run(
      'nvdefine',
      index,
      '-C',
      'o',
      '-s',
      '1500',
      '-a',
      'ownerread|ownerwrite|authread|authwrite',
      '-p',
      'pin',
    )
    await tools.refused('nvread', index, '-C', 'o', '-o', 'early')
    await tools.run('nvwrite', index, '-C', 'o', '-i', 'content')
    await tools.run('nvread', index, '-C', 'o', '-o', 'read')
    expect(tools.read('read').equals(content)).to.equal(true)
    tools.write('part', 'abc')
    await tools.run('nvwrite', index, '-C', index, '-P', 'pin', '-i', 'part', '--offset', '10')
    await tools.run('nvread', index, '-C', index, '-P', 'pin', '--offset', '9', '-s', '5', '-o', 'read')
    const expected = Buffer.concat([content.subarray(9, 10), Buffer.from('abc'), content.subarray(13, 14)])
    expect(tools.read('read').equals(expected)).to.equal(true)
    await tools.refused('nvread', index, '-C', index, '-P', 'wrong', '-s', '1', '-o', 'no')
    await tools.refused('nvwrite', index, '-C', 'o', '-i', 'part', '--offset', '1498')
    expect(await tools.run('nvreadpublic', index)).to.contain('size: 1500')
    expect(await tools.run('getcap', 'handles-nv-index')).to.contain('0x1500020')
    await tools.refused('nvdefine', index, '-C', 'o', '-s', '8')
    await tools.run('nvundefine', index, '-C', 'o')
    await tools.refused('nvread', index, '-C', 'o', '-o', 'gone')
  },

  'NV counter, bits and extend indices': async (tools) => {
    const access = 'ownerread|ownerwrite|authread|authwrite'
    await tools.run('nvdefine', '0x1500021', '-C', 'o', '-s', '8', '-a', `nt=counter|${access}`)
    for (let i = 0; i < 3; i += 1) await tools.run('nvincrement', '0x1500021', '-C', 'o')
    await tools.run('nvread', '0x1500021', '-C', 'o', '-o', 'before')
    await tools.run('nvincrement', '0x1500021', '-C', 'o')
    await tools.run('nvread', '0x1500021', '-C', 'o', '-o', 'after')
    expect(tools.read('after').readBigUInt64BE() - tools.read('before').readBigUInt64BE()).to.equal(1n)
    await tools.refused('nvwrite', '0x1500021', '-C', 'o', '-i', 'before')

    await tools.run('nvdefine', '0x1500022', '-C', 'o', '-g', 'sha256', '-a', `nt=extend|${access}`)
    tools.write('event', 'an event')
    await tools.run('nvextend', '0x1500022', '-C', 'o', '-i', 'event')
    await tools.run('nvread', '0x1500022', '-C', 'o', '-o', 'extended')
    const extended = createHash('sha256').update(Buffer.alloc(32)).update('an event').digest()
    expect(tools.read('extended').equals(extended)).to.equal(true)
    for (const index of ['0x1500021', '0x1500022']) await tools.run('nvundefine', index, '-C', 'o')
  },

  'NV under a PCR policy': async (tools) => {
    await tools.run('createpolicy', '--policy-pcr', '-l', 'sha256:23', '-L', 'nv.policy')
    await tools.run('nvdefine', '0x1500023', '-C', 'o', '-s', '4', '-L', 'nv.policy', '-a', 'policyread|policywrite')
    tools.write('four', 'four')
    await tools.run('nvwrite', '0x1500023', '-C', '0x1500023', '-P', 'pcr:sha256:23', '-i', 'four')
    await tools.run('nvread', '0x1500023', '-C', '0x1500023', '-P', 'pcr:sha256:23', '-o', 'read')
    expect(tools.read('read').toString()).to.equal('four')
    await tools.run('pcrextend', `23:sha256=${'02'.repeat(32)}`)
    await tools.refused('nvread', '0x1500023', '-C', '0x1500023', '-P', 'pcr:sha256:23', '-o', 'read')
    await tools.run('nvundefine', '0x1500023', '-C', 'o')
    await tools.run('pcrreset', '23')
  },

  'pcrextend, pcrread, pcrevent, pcrreset': async (tools) => {
    const digest = createHash('sha256').update('event').digest()
    await tools.run('pcrreset', '16')
    await tools.run('pcrextend', `16:sha256=${digest.toString('hex')},sha1=${'03'.repeat(20)}`)
    const once = createHash('sha256').update(Buffer.alloc(32)).update(digest).digest()
    await tools.run('pcrread', 'sha256:16', '-o', 'pcr')
    expect(tools.read('pcr').equals(once)).to.equal(true)
    tools.write('event', 'event')
    const shown = await tools.run('pcrevent', '16', 'event')
    expect(shown).to.contain(`sha256: ${digest.toString('hex')}`)
    await tools.run('pcrread', 'sha256:16', '-o', 'pcr')
    const twice = createHash('sha256').update(once).update(digest).digest()
    expect(tools.read('pcr').equals(twice)).to.equal(true)
    await tools.run('pcrreset', '16')
    await tools.run('pcrread', 'sha256:16', '-o', 'pcr')
    expect(tools.read('pcr').equals(Buffer.alloc(32))).to.equal(true)
    await tools.refused('pcrreset', '0')
  },

  'sign and verifysignature': async (tools) => {
    tools.write('message', randomBytes(3000))
    for (const [algorithm, scheme] of [
      ['ecc', 'ecdsa'],
      ['rsa', 'rsassa'],
      ['rsa', 'rsapss'],
    ] as const) {
      await tools.run('createprimary', '-C', 'o', '-G', 'ecc', '-c', 'primary.ctx')
      await tools.run('create', '-C', 'primary.ctx', '-G', algorithm, '-u', 'k.pub', '-r', 'k.priv')
      await tools.flush()
      await tools.run('load', '-C', 'primary.ctx', '-u', 'k.pub', '-r', 'k.priv', '-c', 'k.ctx')
      await tools.flush()
      await tools.run('sign', '-c', 'k.ctx', '-g', 'sha256', '-s', scheme, '-o', 'sig', 'message')
      await tools.flush()
      await tools.run('verifysignature', '-c', 'k.ctx', '-g', 'sha256', '-m', 'message', '-s', 'sig', '-t', 'ticket')
      await tools.flush()
      tools.write('other', 'another message')
      await tools.refused('verifysignature', '-c', 'k.ctx', '-g', 'sha256', '-m', 'other', '-s', 'sig')
      await tools.flush()
    }
  },

  'hash and hmac of more than one buffer': async (tools) => {
    const message = randomBytes(5000)
    tools.write('message', message)
    await tools.run('hash', '-C', 'o', '-g', 'sha256', '-o', 'digest', '-t', 'ticket', 'message')
    expect(tools.read('digest').equals(createHash('sha256').update(message).digest())).to.equal(true)
    await tools.run('createprimary', '-C', 'o', '-G', 'ecc', '-c', 'primary.ctx')
    tools.write('key', 'an hmac key')
    await tools.run('import', '-C', 'primary.ctx', '-G', 'hmac', '-i', 'key', '-u', 'h.pub', '-r', 'h.priv')
    await tools.flush()
    await tools.run('load', '-C', 'primary.ctx', '-u', 'h.pub', '-r', 'h.priv', '-c', 'h.ctx')
    await tools.flush()
    await tools.run('hmac', '-c', 'h.ctx', '-g', 'sha256', '-o', 'mac', 'message')
    expect(tools.read('mac').equals(createHmac('sha256', 'an hmac key').update(message).digest())).to.equal(true)
    await tools.flush()
  },

  'persistent objects': async (tools) => {
    await tools.run('createprimary', '-C', 'o', '-G', 'ecc', '-c', 'primary.ctx')
    await tools.flush()
    await tools.run('evictcontrol', '-C', 'o', '-c', 'primary.ctx', '0x81000001')
    await tools.flush()
    expect(await tools.run('getcap', 'handles-persistent')).to.contain('0x81000001')
    await tools.run('readpublic', '-c', '0x81000001')
    await tools.run('evictcontrol', '-C', 'o', '-c', '0x81000001')
    expect(await tools.run('getcap', 'handles-persistent')).not.to.contain('0x81000001')
  },

  certify: async (tools) => {
    await attestationKey(tools, 'ecc', 'ecdsa')
    await tools.run('createprimary', '-C', 'o', '-G', 'ecc', '-c', 'primary.ctx')
    await tools.flush()
    await tools.run('certify', '-c', 'primary.ctx', '-C', 'ak.ctx', '-g', 'sha256', '-o', 'attest', '-s', 'sig')
    await tools.flush()
    await tools.run('verifysignature', '-c', 'ak.ctx', '-g', 'sha256', '-m', 'attest', '-s', 'sig')
    await tools.flush()
  },

  'hierarchy auth values': async (tools) => {
    await tools.run('changeauth', '-c', 'o', 'owner')
    await tools.refused('createprimary', '-C', 'o', '-G', 'ecc', '-c', 'primary.ctx')
    await tools.run('createprimary', '-C', 'o', '-P', 'owner', '-G', 'ecc', '-c', 'primary.ctx')
    await tools.flush()
    await tools.run('changeauth', '-c', 'o', '-p', 'owner', '')
    await tools.run('clear', '-c', 'p')
    await tools.refused('readpublic', '-c', 'primary.ctx')
  },
}

async function attestationKey(tools: Tools, algorithm: 'ecc' | 'rsa', scheme: string): Promise<void> {
  await tools.run('createek', '-c', 'ek.ctx', '-G', 'rsa')
  const key = ['-G', algorithm, '-g', 'sha256', '-s', scheme]
  await tools.run('createak', '-C', 'ek.ctx', '-c', 'ak.ctx', ...key)
  await tools.flush()
  await tools.run('readpublic', '-c', 'ak.ctx', '-f', 'pem', '-o', 'ak.pem')
  await tools.flush()
}

async function quote(tools: Tools): Promise<void> {
  const selection = ['-l', 'sha256:0,1,2,3,4,5,6,7,11,15']
  await tools.run('quote', '-c', 'ak.ctx', ...selection, '-q', 'c0ffee', '-m', 'q.msg', '-s', 'q.sig', '-o', 'q.pcr')
  await tools.flush()
  await tools.run('checkquote', '-u', 'ak.pem', '-m', 'q.msg', '-s', 'q.sig', '-f', 'q.pcr', '-q', 'c0ffee')
}

async function activate(tools: Tools): Promise<void> {
  await tools.run('startauthsession', '--policy-session', '-S', 'session.ctx')
  await tools.run('policysecret', '-S', 'session.ctx', '-c', 'e')
  const keys = ['-c', 'ak.ctx', '-C', 'ek.ctx']
  await tools.run('activatecredential', ...keys, '-i', 'cred', '-o', 'activated', '-P', 'session:session.ctx')
  await tools.run('flushcontext', 'session.ctx')
  await tools.flush()
}
