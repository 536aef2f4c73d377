import { expect } from 'chai'
import { toHex } from '../../../../core/bytes/index.ts'
import { EV, type Event } from '../../../../core/eventlog/index.ts'
import { evaluateRelease, parsePolicy } from '../../../../core/policy/index.ts'
import { ALG, digest } from '../../../../core/tpm/index.ts'
import { event, said, separator, verifiedBoot } from '../../../fakes/written-boot.ts'

const ascii = (text: string) => new TextEncoder().encode(text)
const sha256 = (text: string) => toHex(digest(ALG.sha256, ascii(text)))
const image = (name: string): Event => event(4, EV.EFI_BOOT_SERVICES_APPLICATION, ascii(name))
const driver = (name: string): Event => event(2, EV.EFI_BOOT_SERVICES_DRIVER, ascii(name))
const firmware = [said(0, 'firmware', EV.S_CRTM_VERSION), driver('option ROM')]
const separators = [0, 1, 2, 3, 4, 5, 6, 7].map((pcr) => separator(pcr))
const uki = [said(11, '.linux\0'), said(11, 'kernel')]

const loaderNamed = `components: { loader: { image: 1, sha256: ["${sha256('loader')}"] } }`
const sectionNamed = `components: { kernel: { section: .linux, sha256: ["${sha256('kernel')}"] } }`

/** What a policy holds against a boot. */
function against(release: string, ...events: readonly Event[]): readonly string[] {
  const text = `kind: BootPolicy\nname: web\ngroups: [web]\nadmission: { networks: [10.0.0.0/8] }\nrelease: { ${release} }\n`
  const evidence = verifiedBoot([...firmware, ...separators, ...events])
  const { reasons } = evaluateRelease(parsePolicy(text, 'web.yaml'), evidence, { tier: 'T1' })
  return reasons.filter(({ passed }) => !passed).map(({ code, source }) => `${code} ${source}`)
}

describe('what comes to named components from outside', () => {
  for (const [what, pcr] of [
    ['command lines, credentials and add-ons', 12],
    ['system extensions', 13],
  ] as const)
    it(`is nothing for a unified kernel image, also no ${what}`, () => {
      const given = said(pcr, 'given')
      expect(against(sectionNamed, ...uki)).to.deep.equal([])
      expect(against(sectionNamed, ...uki, given)).to.deep.equal([`component/overridden PCR ${pcr}`])
      expect(against(loaderNamed, image('loader'), given), 'no image is named').to.deep.equal([])
      const named = sectionNamed.replace(
        ' } }',
        ` }, given: { pcr: ${pcr}, event: 1, sha256: ["${sha256('given')}"] } }`,
      )
      expect(against(named, ...uki, given), 'the policy speaks of it').to.deep.equal([])
    })

  it('is nothing that was not quoted: a challenge may have been made under another policy', () => {
    const text = (quote: string) =>
      `kind: BootPolicy\nname: web\ngroups: [web]\nadmission: { networks: [10.0.0.0/8] }\n${quote}release: { ${sectionNamed} }\n`
    const pcrs = [0, 1, 2, 3, 4, 5, 6, 7, 11, 12, 15]
    const events = [...firmware, ...separators, image('loader'), ...uki, said(13, 'extension')]
    const evidence = verifiedBoot(events, [{ hash: ALG.sha256, pcrs }])
    const failed = (quote: string) =>
      evaluateRelease(parsePolicy(text(quote), 'web.yaml'), evidence, { tier: 'T1' }).reasons.filter(
        ({ passed }) => !passed,
      )
    expect(failed(`quote: { pcrs: [${pcrs.join(', ')}] }\n`), 'its own policy leaves it out').to.deep.equal([])
    expect(failed('').map(({ code, fact, source }) => `${code} ${source}: ${fact}`)).to.deep.equal([
      'component/overridden PCR 13: not quoted: nobody knows whether the image was given system extensions',
    ])
  })

  it('is no driver that a loader has loaded, where the policy names images', () => {
    expect(against(loaderNamed, image('loader')), 'the firmware has its own').to.deep.equal([])
    expect(against(loaderNamed, image('loader'), driver('from the disk'))).to.deep.equal([
      'component/unlisted firmware log, event 12, PCR 2',
    ])
  })

  it('is such a driver, where the policy speaks of PCR 2', () => {
    const named = loaderNamed.replace(
      ' } }',
      ` }, rom: { pcr: 2, event: 1, sha256: ["${sha256('option ROM')}"] }, ext4: { pcr: 2, event: 3, sha256: ["${sha256('ext4')}"] } }`,
    )
    expect(against(named, image('loader'), driver('ext4'))).to.deep.equal([])
    expect(against(named, image('loader'), driver('other'))).to.deep.equal([
      'component/digest firmware log, event 12, PCR 2 (PCR 2, event 3 of that PCR)',
    ])
  })
})
