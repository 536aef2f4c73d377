import { expect } from 'chai'
import { simulate, verifySimulated } from '../../../../agent/boot/index.ts'
import { measuredEvent, withEvents } from '../../../../agent/boot/simulate/simulated-boot.ts'
import { EV, type Event, parseEventLog } from '../../../../core/eventlog/index.ts'
import { isSeparator } from '../../../../core/evidence/index.ts'
import { evaluateRelease, learnPolicy, parsePolicy } from '../../../../core/policy/index.ts'
import { oddBootLog, type OddBootName } from '../../../vectors/odd-boots.ts'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const isExtending = ({ untrustedType }: Event): boolean => untrustedType !== EV.NO_ACTION

/** What the policy learnt from a recorded boot holds against the same boot with other events. */
function against(name: OddBootName, edit: (events: readonly Event[]) => readonly Event[]): readonly string[] {
  const boot = simulate(parseEventLog(oddBootLog(name)))
  const evidence = verifySimulated(boot)
  const policy = parsePolicy(learnPolicy({ name: 'web', machine: 'web-1', tier: 'T0', evidence }), 'learnt')
  const { reasons } = evaluateRelease(policy, verifySimulated(withEvents(boot, edit)), { tier: 'T0' })
  return reasons.filter(({ passed }) => !passed).map(({ code, rule, source }) => `${code} ${rule} (${source})`)
}

/** The event measures something else, and calls itself what it did. */
const other = (event: Event): Event => ({
  ...measuredEvent(event.pcr, event.untrustedType, ascii('other')),
  untrustedData: event.untrustedData,
})
const otherAt = (find: (event: Event) => boolean) => (events: readonly Event[]) => {
  const at = events.findLastIndex(find)
  expect(at).to.be.at.least(0)
  return events.with(at, other(events[at]!))
}
const isImage = ({ pcr, untrustedType }: Event) => pcr === 4 && untrustedType === EV.EFI_BOOT_SERVICES_APPLICATION
const isRemark = ({ pcr, untrustedType }: Event) =>
  pcr === 4 && (untrustedType === EV.EFI_ACTION || untrustedType === EV.ACTION)
const isOf = (pcr: number, text: string) => (event: Event) =>
  event.pcr === pcr && new TextDecoder('latin1').decode(event.untrustedData).replaceAll('\0', '').includes(text)

describe('a boot that was recorded, with one thing changed', () => {
  for (const [name, what, find, reason] of [
    [
      'refind',
      'kernel',
      isImage,
      'component/digest release.components.kernelImage (firmware log, event 29, PCR 4 (PCR 4, image 2))',
    ],
    [
      'refind',
      'command line',
      isOf(9, 'LOADED_IMAGE'),
      'component/digest release.components.commandLine (firmware log, event 30, PCR 9 (PCR 9, event 1 of that PCR))',
    ],
    ['refind', 'driver', ({ pcr }: Event) => pcr === 2, 'pcr/value release.pcrs.2 (PCR 2)'],
    [
      'syslinux',
      'loader',
      isImage,
      'component/digest release.components.lastImage (firmware log, event 27, PCR 4 (PCR 4, image 1))',
    ],
    [
      'kernel-2026',
      'kernel',
      isImage,
      'component/digest release.components.kernelImage (firmware log, event 14, PCR 4 (PCR 4, image 1))',
    ],
    [
      'kernel-2026',
      'initrd',
      isOf(9, 'Linux initrd'),
      'component/digest release.components.initrd (firmware log, event 28, PCR 9 (PCR 9, event 2 of that PCR))',
    ],
    [
      'kernel-2026',
      'SMBIOS table',
      ({ untrustedType }: Event) => untrustedType === EV.EFI_HANDOFF_TABLES,
      'pcr/value release.pcrs.1 (PCR 1)',
    ],
    [
      'grub-2.12',
      'configuration',
      isOf(9, '/boot/grub/grub.cfg'),
      'component/digest release.components.file3 (firmware log, event 39, PCR 9 (PCR 9, event 3 of that PCR))',
    ],
    [
      'grub-2.12',
      'command line',
      isOf(8, 'kernel_cmdline'),
      'component/digest release.components.commandLine2 (firmware log, event 48, PCR 8 (PCR 8, event 10 of that PCR))',
    ],
    ['grub-2.12', 'key of an owner (MokList)', isOf(14, 'MokList'), 'pcr/value release.pcrs.14 (PCR 14)'],
    [
      'sdboot-262-addons',
      'credential',
      isOf(12, 'Credentials initrd'),
      'component/digest release.components.credentials (firmware log, event 55, PCR 12 (PCR 12, event 3 of that PCR))',
    ],
    ['sdboot-262-addons', 'system extension', isOf(13, 'System extension'), 'pcr/value release.pcrs.13 (PCR 13)'],
    [
      'sdboot-262-addons',
      'add-on',
      isImage,
      'component/digest release.components.addon (firmware log, event 52, PCR 4 (PCR 4, image 3))',
    ],
    [
      'sdboot-262-addons',
      'profile',
      ({ pcr }: Event) => pcr === 11,
      'component/digest release.components.profileSection (firmware log, event 51, PCR 11 (PCR 11, section .profile))',
    ],
    [
      'seabios-isolinux',
      'boot sector',
      isOf(4, 'EL TORITO'),
      'component/digest release.components.lastImage (firmware log, event 16, PCR 4 (PCR 4, image 1))',
    ],
  ] as const)
    it(`${name} is refused with another ${what}`, () => {
      expect(against(name, otherAt(find))).to.include(reason)
    })

  for (const name of ['refind', 'seabios-isolinux'] as const)
    it(`${name} is refused with any event changed, or left out, for the PCR that it stands in`, () => {
      const count = parseEventLog(oddBootLog(name)).events.length
      for (let at = 0; at < count; at++) {
        const event = parseEventLog(oddBootLog(name)).events[at]!
        if (!isExtending(event)) continue
        const changed = (events: readonly Event[]) => events.with(at, other(events[at]!))
        const leftOut = (events: readonly Event[]) => events.toSpliced(at, 1)
        // What firmware remarks in PCR 4 is no component: whether it said so changes nothing.
        const edits = isRemark(event) ? [changed] : [changed, leftOut]
        for (const edit of edits)
          expect(against(name, edit).join('\n'), `event ${at + 1}`).to.match(
            new RegExp(`PCR ${event.pcr}\\b|release\\.secureBoot`),
          )
      }
    })

  it('is refused where Secure Boot is off, another driver is loaded, or a second loader comes between', () => {
    const off = (events: readonly Event[]) =>
      events.map((event) =>
        isOf(7, 'SecureBoot')(event) ? measuredEvent(7, event.untrustedType, event.untrustedData.with(-1, 0)) : event,
      )
    expect(against('grub-2.12', off)).to.include('secure-boot/enabled release.secureBoot.required (PCR 7)')
    const driver = measuredEvent(2, EV.EFI_BOOT_SERVICES_DRIVER, ascii('driver'))
    expect(against('grub-2.12', (events) => [...events, driver])).to.deep.equal(['pcr/value release.pcrs.2 (PCR 2)'])
    const loader = measuredEvent(4, EV.EFI_BOOT_SERVICES_APPLICATION, ascii('loader'))
    const between = (events: readonly Event[]) => events.toSpliced(events.findIndex(isImage) + 1, 0, loader)
    expect(against('grub-2.12', between)).to.include(
      'component/digest release.components.loader2 (firmware log, event 28, PCR 4 (PCR 4, image 2))',
    )
    const separators = (events: readonly Event[]) =>
      events.filter(({ pcr, ...event }) => pcr !== 4 || !isSeparator({ ...event, pcr, log: 'firmware' }))
    expect(against('grub-2.12', separators)).to.include('boot/separator always (PCR 4)')
  })
})
