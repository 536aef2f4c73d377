import { expect } from 'chai'
import { AccessBroker } from './access-broker.ts'
import { onEachTpm } from './each-tpm.ts'
import { type Programs } from './programs.ts'

/** More than a TPM has slots for. */
const many = [1, 2, 3, 4, 5, 6]
/** As many as the broker keeps for one client. */
const sessions = many.slice(0, 4)

onEachTpm('tpm2-abrmd', (bench) => {
  let broker: AccessBroker | undefined

  before(async () => {
    broker = await AccessBroker.start(bench())
  })

  after(async () => {
    await broker?.end()
  })

  function through(): Programs {
    if (broker === undefined) throw new Error('the broker is not started')
    return broker.programs
  }

  it('swaps more keys and sessions than there are slots', async () => {
    const programs = through()
    programs.write('message', 'hello')
    await programs.run('tpm2_createprimary', '-G', 'ecc', '-c', 'primary.ctx')
    for (const each of many) await programs.run('tpm2_create', '-C', 'primary.ctx', '-G', 'ecc', '-c', `${each}.ctx`)
    for (const each of sessions)
      await programs.run('tpm2_startauthsession', '--policy-session', '-S', `${each}.session`)
    for (const each of sessions) await programs.run('tpm2_policycommandcode', '-S', `${each}.session`, 'TPM2_CC_Sign')
    for (const each of many) {
      await programs.run('tpm2_sign', '-c', `${each}.ctx`, '-o', 'sig', 'message')
      await programs.run('tpm2_verifysignature', '-c', `${each}.ctx`, '-s', 'sig', '-m', 'message')
    }
    for (const each of sessions) await programs.run('tpm2_flushcontext', `${each}.session`)
  })

  it('serves clients side by side', async () => {
    const programs = through()
    const use = async (each: number): Promise<void> => {
      for (const turn of [1, 2, 3]) {
        await programs.run('tpm2_sign', '-c', `${each}.ctx`, '-o', `${each}.${turn}.sig`, 'message')
        expect(await programs.run('tpm2_getrandom', '--hex', '8')).to.match(/^[0-9a-f]{16}$/)
      }
    }
    await Promise.all(many.map(use))
  })

  it('carries a PKCS#11 token', async () => {
    const programs = through().with({
      TPM2_PKCS11_STORE: through().path('store'),
      TPM2_PKCS11_TCTI: 'tabrmd:bus_type=session',
      TPM2_PKCS11_LOG_LEVEL: '0',
    })
    const ptool = (...parameters: string[]): Promise<string> =>
      programs.run('tpm2_ptool', parameters[0]!, '--path=store', ...parameters.slice(1))
    await programs.run('mkdir', 'store')
    await ptool('init')
    await ptool('addtoken', '--pid=1', '--label=token', '--sopin=officer1', '--userpin=user1234')
    await ptool('addkey', '--algorithm=ecc256', '--label=token', '--userpin=user1234', '--key-label=one')
    const module = (await programs.run('sh', '-c', 'ls /usr/lib/*/pkcs11/libtpm2_pkcs11.so')).trim()
    const token = ['--module', module, '--token-label', 'token', '--login', '--pin']
    programs.write('digest', new Uint8Array(32).fill(7))
    const sign = ['--sign', '--mechanism', 'ECDSA', '--label', 'one', '--input-file', 'digest', '--output-file', 'sig']
    await programs.run('pkcs11-tool', ...token, 'user1234', ...sign)
    expect(programs.read('sig').length).to.equal(64)
    expect(await programs.refused('pkcs11-tool', ...token, 'wrong', ...sign)).to.contain('CKR_PIN_INCORRECT')
  })
})
