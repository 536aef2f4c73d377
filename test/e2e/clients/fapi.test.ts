import { expect } from 'chai'
import { createHash } from 'node:crypto'
import { type ClientBench, onEachTpm } from './each-tpm.ts'
import { type Programs } from './programs.ts'

/** The Feature API keeps its keys in folders; each profile has its own. */
function featureApi({ programs, tcti }: ClientBench, profile: string): Programs {
  const folder = programs.path(profile)
  const config = {
    profile_name: profile,
    profile_dir: '/etc/tpm2-tss/fapi-profiles/',
    user_dir: `${folder}/user`,
    system_dir: `${folder}/system`,
    log_dir: folder,
    tcti,
    system_pcrs: [],
    ek_cert_less: 'yes',
  }
  programs.write(`${profile}.json`, JSON.stringify(config))
  return programs.with({ TSS2_FAPICONF: programs.path(`${profile}.json`) })
}

const noAuth = ['--authValue=']

onEachTpm('the Feature API', (bench) => {
  for (const profile of ['P_ECCP256SHA256', 'P_RSA2048SHA256'])
    describe(`profile ${profile}`, () => {
      let programs: Programs

      before(async () => {
        await bench().programs.run('tpm2_clear', '-c', 'p')
        programs = featureApi(bench(), profile)
        await programs.run('mkdir', '-p', `${profile}/user`, `${profile}/system`)
        await programs.run('tss2_provision')
        programs.write('message', 'hello')
        programs.write('digest', createHash('sha256').update('hello').digest())
        programs.write('other', createHash('sha256').update('hullo').digest())
      })

      it('lists what it provisioned', async () => {
        expect(await programs.run('tss2_list')).to.contain(`/${profile}/HS/SRK`)
      })

      it('signs and verifies', async () => {
        await programs.run('tss2_createkey', '--path=HS/SRK/signer', '--type=sign,noDa', ...noAuth)
        await programs.run('tss2_sign', '--keyPath=HS/SRK/signer', '--digest=digest', '--signature=sig', '--force')
        const verify = ['tss2_verifysignature', '--keyPath=HS/SRK/signer', '--signature=sig'] as const
        await programs.run(...verify, '--digest=digest')
        await programs.refused(...verify, '--digest=other')
      })

      it('seals under PolicyPCR', async () => {
        await programs.run('tpm2_pcrread', 'sha256:16', '-o', 'pcr')
        const pcrs = [{ pcr: 16, hashAlg: 'TPM2_ALG_SHA256', digest: programs.read('pcr').toString('hex') }]
        const policy = { description: 'PCR 16', policy: [{ type: 'POLICYPCR', pcrs }] }
        programs.write('policy.json', JSON.stringify(policy))
        await programs.run('tss2_import', '--path=/policy/pcr', '--importData=policy.json')
        const seal = ['--path=HS/SRK/seal', '--type=noDa', '--policyPath=/policy/pcr', '--data=message', ...noAuth]
        await programs.run('tss2_createseal', ...seal)
        expect(await programs.run('tss2_unseal', '--path=HS/SRK/seal', '--data=-')).to.equal('hello')
        await programs.run('tss2_pcrextend', '--pcr=16', '--data=message')
        await programs.refused('tss2_unseal', '--path=HS/SRK/seal', '--data=-')
        await programs.run('tpm2_pcrreset', '16')
      })

      it('keeps data, counters and bits in NV', async () => {
        await programs.run('tss2_createnv', '--path=/nv/Owner/data', '--type=noDa', '--size=5', ...noAuth)
        await programs.run('tss2_nvwrite', '--nvPath=/nv/Owner/data', '--data=message')
        expect(await programs.run('tss2_nvread', '--nvPath=/nv/Owner/data', '--data=-')).to.equal('hello')
        await programs.run('tss2_createnv', '--path=/nv/Owner/count', '--type=counter,noDa', ...noAuth)
        await programs.run('tss2_nvincrement', '--nvPath=/nv/Owner/count')
        await programs.run('tss2_createnv', '--path=/nv/Owner/bits', '--type=bitfield,noDa', ...noAuth)
        await programs.run('tss2_nvsetbits', '--nvPath=/nv/Owner/bits', '--bitmap=0x5')
        await programs.run('tss2_nvread', '--nvPath=/nv/Owner/bits', '--data=bits', '--force')
        expect(programs.read('bits').toString('hex')).to.equal('0000000000000005')
      })

      it('quotes', async () => {
        await programs.run('tss2_createkey', '--path=HS/SRK/quoter', '--type=sign,restricted,noDa', ...noAuth)
        const files = ['--quoteInfo=quote', '--signature=sig']
        const quote = ['--keyPath=HS/SRK/quoter', '--pcrList=16', '--qualifyingData=digest', '--force', ...files]
        await programs.run('tss2_quote', ...quote)
        const verify = ['tss2_verifyquote', '--publicKeyPath=HS/SRK/quoter', ...files] as const
        await programs.run(...verify, '--qualifyingData=digest')
        await programs.refused(...verify, '--qualifyingData=other')
      })
    })
})
