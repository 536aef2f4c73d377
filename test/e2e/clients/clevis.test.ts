import { expect } from 'chai'
import { onEachTpm } from './each-tpm.ts'
import { formatImage, testPassphrase } from './luks-image.ts'

onEachTpm('clevis', (bench) => {
  for (const config of [
    {},
    { key: 'rsa', hash: 'sha1' },
    { key: 'ecc', hash: 'sha384' },
    { pcr_bank: 'sha256', pcr_ids: '0,7,16' },
  ]) {
    it(`encrypts and decrypts with ${JSON.stringify(config)}`, async () => {
      const { programs } = bench()
      const jwe = await programs.fed('the disk key', 'clevis', 'encrypt', 'tpm2', JSON.stringify(config))
      expect(await programs.fed(jwe, 'clevis', 'decrypt')).to.equal('the disk key')
    })
  }

  it('decrypts nothing after a PCR has changed', async () => {
    const { programs } = bench()
    const config = JSON.stringify({ pcr_bank: 'sha256', pcr_ids: '16' })
    const jwe = await programs.fed('the disk key', 'clevis', 'encrypt', 'tpm2', config)
    await programs.run('tpm2_pcrextend', `16:sha256=${'01'.repeat(32)}`)
    const { code, stdout } = await programs.outcome('clevis', ['decrypt'], jwe)
    expect([code, stdout]).to.deep.equal([1, ''])
    await programs.run('tpm2_pcrreset', '16')
    expect(await programs.fed(jwe, 'clevis', 'decrypt')).to.equal('the disk key')
  })

  it('binds a LUKS2 volume, and tells its passphrase', async () => {
    const { programs } = bench()
    await formatImage(programs, 'disk')
    await programs.run('clevis', 'luks', 'bind', '-f', '-k', 'passphrase', '-d', 'disk', 'tpm2', '{"pcr_ids":"7"}')
    expect(await programs.run('clevis', 'luks', 'list', '-d', 'disk')).to.contain('tpm2')
    programs.write('key', await programs.run('clevis', 'luks', 'pass', '-d', 'disk', '-s', '1'))
    await testPassphrase(programs, 'disk', 'key')
  })
})
