import { expect } from 'chai'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CommandLine } from '../cli/command-line.ts'
import { onEachTpm } from './each-tpm.ts'

const systemdMeasure = '/lib/systemd/systemd-measure'

onEachTpm('systemd-measure', (bench) => {
  const bootlatch = (...parameters: readonly string[]) =>
    new CommandLine('').run(
      ['measure', 'import', ...parameters].map((word) => word.replace(/^@/, `${bench().programs.folder}/`)),
    )

  before(async () => {
    const { programs, tcti } = bench()
    programs.write('linux', 'a kernel')
    programs.write('initrd', 'an initrd')
    for (const key of ['ours', 'theirs']) {
      await programs.run('openssl', 'genpkey', '-algorithm', 'RSA', '-out', `${key}.pem`)
      await programs.run('openssl', 'pkey', '-in', `${key}.pem`, '-pubout', '-out', `${key}.pub`)
    }
    const image = ['--linux=linux', '--initrd=initrd', '--bank=sha256']
    const keys = ['--private-key=ours.pem', '--public-key=ours.pub', `--tpm2-device=${tcti}`]
    programs.write('pcr11.json', await programs.run(systemdMeasure, 'calculate', ...image, '--json=short'))
    const signed = await programs.run(systemdMeasure, 'sign', ...image, '--phase=enter-initrd', ...keys)
    programs.write('linux.pcrsig', signed)
  })

  it('gives values for each phase of a boot', async () => {
    const { code, out } = await bootlatch('@pcr11.json', '--name', 'kernel')
    expect(code).to.equal(0)
    expect(out)
      .to.contain('pcr11.json enter-initrd"')
      .and.to.contain('pcr11.json enter-initrd:leave-initrd:sysinit:ready"')
  })

  it('gives those whose policy it signed, where that is asked for', async () => {
    const { code, out } = await bootlatch(
      '@pcr11.json',
      '--name',
      'kernel',
      '--pcrsig',
      '@linux.pcrsig',
      '--key',
      '@ours.pub',
    )
    expect(code).to.equal(0)
    expect(out.match(/version/g)).to.have.lengthOf(1)
    expect(out).to.contain('pcr11.json enter-initrd"')
  })

  it('gives nothing that another key signed, or that was changed since', async () => {
    const files = ['@pcr11.json', '--name', 'kernel']
    const { code, err } = await bootlatch(...files, '--pcrsig', '@linux.pcrsig', '--key', '@theirs.pub')
    expect(code).to.equal(1)
    expect(err).to.contain('nothing in it is signed by the key')
    const { folder } = bench().programs
    const signed = bench().programs.read('linux.pcrsig').toString()
    writeFileSync(join(folder, 'changed.pcrsig'), signed.replace(/"pol":"../, '"pol":"00'))
    expect((await bootlatch(...files, '--pcrsig', '@changed.pcrsig', '--key', '@ours.pub')).code).to.equal(1)
    expect((await bootlatch(...files, '--key', '@ours.pub')).code).to.equal(2)
  })
})
