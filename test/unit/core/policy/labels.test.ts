import { expect } from 'chai'
import { Writer } from '../../../../core/bytes/index.ts'
import { type MeasuredEvent } from '../../../../core/evidence/index.ts'
import { EV, type Event } from '../../../../core/eventlog/index.ts'
import { eventLabel, sectionLabel, sourceText } from '../../../../core/policy/labels.ts'
import { event } from '../../../fakes/written-boot.ts'

const measured = (one: Event, log: MeasuredEvent['log'] = 'firmware'): MeasuredEvent => ({ ...one, log })
const tagged = (pcr: number, tag: number, type: number = EV.EVENT_TAG) =>
  measured(event(pcr, type, new Writer().u32(tag, true).u32(0, true).done()))

describe('labels', () => {
  it('name the parts of a unified kernel image', () => {
    expect(
      ['.linux', '.initrd', '.cmdline', '.osrel', '.ucode', '.uname'].map((name) => sectionLabel(name as '.linux')),
    ).to.deep.equal(['kernel', 'initrd', 'commandLine', 'osRelease', 'microcode', 'kernelVersion'])
    expect(sectionLabel('.sbat')).to.equal('sbatSection')
  })
  it('name events by their tag, where they have one that Linux uses', () => {
    expect(eventLabel(tagged(9, 0x8f3b22ed))).to.equal('commandLine')
    expect(eventLabel(tagged(9, 0x8f3b22ec))).to.equal('initrd')
    expect(eventLabel(tagged(12, 0x13c2e70d))).to.equal('credentials')
    expect(eventLabel(measured(event(9, EV.EVENT_TAG, new Writer().u32(0x8f3b22ec, true).done())))).to.equal('initrd')
  })
  it('name events by how GRUB and systemd call them', () => {
    for (const [pcr, text, label] of [
      [8, 'grub_cmd: set timeout=0', 'grubCommand'],
      [8, 'kernel_cmdline: /vmlinuz quiet', 'commandLine'],
      [8, 'module_cmdline: /xen', 'moduleCommandLine'],
      [8, 'another grub_cmd: ', 'pcr8Event'],
      [9, '/vmlinuz', 'file'],
      [9, '(hd0,gpt1)/boot/grub/grub.cfg', 'file'],
      [9, 'grub_cmd: set timeout=0', 'pcr9Event'],
      [12, 'Credentials initrd', 'credentials'],
      [12, 'Global credentials initrd', 'credentials'],
      [12, 'Configuration extension initrd', 'configurationExtension'],
      [12, 'quiet', 'loaderCommandLine'],
      [13, 'System extension initrd', 'systemExtension'],
    ] as const)
      expect(eventLabel(measured(event(pcr, EV.IPL, new TextEncoder().encode(text)))), text).to.equal(label)
  })
  it('name all others by their PCR', () => {
    expect(eventLabel(tagged(9, 0x1234))).to.equal('pcr9Event')
    expect(eventLabel(tagged(9, 0x8f3b22ec, EV.IPL))).to.equal('pcr9Event')
    expect(eventLabel(tagged(12, 0x1234))).to.equal('loaderCommandLine')
    expect(eventLabel(measured(event(9, EV.EVENT_TAG, Uint8Array.of(0xec, 0x22, 0x3b))))).to.equal('pcr9Event')
  })
  it('say where an event stands, or that it stands in no log', () => {
    const one = { ...event(5, EV.IPL, new Uint8Array()), index: 7 }
    expect(sourceText(measured(one))).to.equal('firmware log, event 7, PCR 5')
    expect(sourceText(measured(one, 'userspace'))).to.equal('userspace log, event 7, PCR 5')
    expect(sourceText(measured(one, 'implied'))).to.equal('in no log, PCR 5')
  })
})
