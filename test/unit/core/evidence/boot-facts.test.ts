import { expect } from 'chai'
import { fromHex } from '../../../../core/bytes/index.ts'
import { type MeasuredEvent, type VerifiedEvidence } from '../../../../core/evidence/index.ts'
import { efiGlobalVariableGuid, efiImageSecurityDatabaseGuid, EV, type Event } from '../../../../core/eventlog/index.ts'
import { ALG } from '../../../../core/tpm/index.ts'
import { event, said, separator, variable, verifiedBoot } from '../../../fakes/written-boot.ts'

const places = (events: readonly MeasuredEvent[]) => events.map(({ index }) => index)
const both = [ALG.sha256, ALG.sha384].map((hash) => ({ hash, pcrs: [0, 4, 7, 11] }))
const facts = (...events: Parameters<typeof verifiedBoot>[0]): VerifiedEvidence['boot'] => verifiedBoot(events).boot
const image = (name: string) =>
  event(4, EV.EFI_BOOT_SERVICES_APPLICATION, new TextEncoder().encode(name), fromHex('00'))
const on = fromHex('01')

describe('separators', () => {
  it('are counted in each PCR of the firmware, by what was measured', () => {
    const { separators } = facts(separator(0), separator(1, 'ffffffff'), separator(4), separator(4), separator(8))
    expect([...separators.keys()]).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7])
    expect([...separators.values()].map(({ count }) => count)).to.deep.equal([1, 1, 0, 0, 2, 0, 0, 0])
    expect([...separators.values()].map(({ errors }) => errors)).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0])
  })
  it('with the error value, in either order of bytes, are told', () => {
    const { separators } = facts(separator(0, '01000000'), separator(1, '00000001'), separator(1), separator(2))
    expect(separators.get(0)).to.deep.equal({ count: 1, errors: 1 })
    expect(separators.get(1)).to.deep.equal({ count: 2, errors: 1 })
    expect(separators.get(2)).to.deep.equal({ count: 1, errors: 0 })
  })
  it('are not what BootOrder happens to look like: Boot0001 before Boot0000', () => {
    const order = (name = 'BootOrder', pcr = 1, data = '01000000', guid = efiGlobalVariableGuid): Event => {
      const whole = variable(name, fromHex(data), guid, EV.EFI_VARIABLE_BOOT, pcr)
      return { ...whole, digests: event(pcr, 0, fromHex(data)).digests }
    }
    const count = (one: Event) => facts(one, separator(one.pcr)).separators.get(one.pcr)
    expect(count(order())).to.deep.equal({ count: 1, errors: 0 })
    expect(facts(order(), separator(1)).unknown).to.deep.equal([])
    const asError = { count: 2, errors: 1 }
    expect(count(order('BootNext'))).to.deep.equal(asError)
    expect(count(order('BootOrder', 5))).to.deep.equal(asError)
    expect(count(order('BootOrder', 1, '01000000', efiImageSecurityDatabaseGuid))).to.deep.equal(asError)
    expect(count({ ...order(), untrustedType: EV.EFI_VARIABLE_BOOT2 })).to.deep.equal(asError)
    expect(count({ ...order(), untrustedData: order('BootOrder', 1, '00000100').untrustedData })).to.deep.equal(asError)
    expect(count(order('BootOrder', 1, '00000000')), 'an ordinary one stays one').to.deep.equal({ count: 2, errors: 0 })
  })
  it('are none where their banks disagree', () => {
    const [zero, ones] = [separator(4), separator(4, 'ffffffff')]
    const error = separator(4, '01000000')
    const mixed = (other: typeof zero) => ({
      ...zero,
      digests: new Map(
        [...zero.digests].map(([hash, digest]) => [hash, hash === ALG.sha384 ? other.digests.get(hash)! : digest]),
      ),
    })
    const count = (given: typeof zero) => verifiedBoot([given], both).boot.separators.get(4)?.count
    expect(count(zero)).to.equal(1)
    expect(count(mixed(error))).to.equal(0)
    expect(count(mixed(said(4, 'something')))).to.equal(0)
    expect(count(mixed(ones)), 'either value is an ordinary one').to.equal(1)
  })
  it('are no events that nobody knows, whatever they call themselves', () => {
    expect(places(facts(separator(3), event(7, 0x1234, fromHex('00000000'))).unknown)).to.deep.equal([])
  })
})

describe('images', () => {
  it('are all of PCR 4 but separators and the remarks of the firmware', () => {
    const boot = facts(
      said(4, 'Calling EFI Application from Boot Option', EV.EFI_ACTION),
      separator(4),
      image('loader'),
      said(4, 'Returning from EFI Application from Boot Option', EV.EFI_ACTION),
      said(4, 'BOOT ATTEMPTS OMITTED', EV.OMIT_BOOT_DEVICE_EVENTS),
      image('kernel'),
      said(4, 'an action of another kind', EV.EFI_ACTION),
      said(5, 'Calling EFI Application from Boot Option', EV.EFI_ACTION),
    )
    expect(places(boot.images)).to.deep.equal([3, 6, 7])
  })
})

describe('events that nobody knows', () => {
  it('are looked for in PCR 0 to 7 only', () => {
    const strange = (pcr: number) => event(pcr, 0x1234, fromHex('aa'))
    expect(places(facts(strange(0), strange(7), strange(8), strange(11)).unknown)).to.deep.equal([1, 2])
  })
})

describe('Secure Boot', () => {
  const state = (data: string) => facts(variable('SecureBoot', fromHex(data)), separator(7)).secureBoot
  it('is on where the variable says 1, and off where it says anything else', () => {
    expect(state('01')).to.equal('on')
    for (const data of ['00', '', '0100', 'ff']) expect(state(data), data).to.equal('off')
  })
  it('is unsaid where the variable was not measured, or is another one of its name', () => {
    expect(facts(separator(7)).secureBoot).to.equal('unsaid')
    expect(facts(variable('PK', on), separator(7)).secureBoot).to.equal('unsaid')
    expect(facts(variable('SecureBoot', on, efiImageSecurityDatabaseGuid), separator(7)).secureBoot).to.equal('unsaid')
  })
  it('is unsaid where the variable comes behind the separator, where a loader could have measured it', () => {
    const boot = facts(separator(7), variable('SecureBoot', on))
    expect(boot.secureBoot).to.equal('unsaid')
    expect(places(boot.authorities)).to.deep.equal([2])
  })
  it('is unsaid where there is no separator', () => {
    expect(facts(variable('SecureBoot', on)).secureBoot).to.equal('unsaid')
  })
  it('counts a variable once: the second of its name and vendor is an authority', () => {
    const boot = facts(
      variable('SecureBoot', on),
      variable('db', on, efiImageSecurityDatabaseGuid),
      variable('db', on),
      variable('db', on, efiImageSecurityDatabaseGuid),
      separator(7),
    )
    expect(boot.variables.map(({ event: at }) => at.index)).to.deep.equal([1, 2, 3])
    expect(places(boot.authorities)).to.deep.equal([4])
  })
  it('takes what vouched for an image before the separator for an authority, as some firmware logs it', () => {
    const authority = variable('db', on, efiImageSecurityDatabaseGuid, EV.EFI_VARIABLE_AUTHORITY)
    const boot = facts(variable('SecureBoot', on), authority, separator(7))
    expect(places(boot.authorities)).to.deep.equal([2])
    expect(boot.secureBoot).to.equal('on')
  })
  it('takes the policy of devices for configuration, and what vouched for a device for an authority', () => {
    const database = 'cbb219d73a3d9645a3bcdad00e67656f'
    const boot = facts(
      variable('devdb', on, database, EV.EFI_SPDM_DEVICE_POLICY),
      separator(7),
      variable('devdb', on, database, EV.EFI_SPDM_DEVICE_AUTHORITY),
    )
    expect(boot.variables.map(({ variable: { name } }) => name)).to.deep.equal(['devdb'])
    expect(places(boot.authorities)).to.deep.equal([3])
    expect(boot.unknown).to.deep.equal([])
  })
  it('believes no variable whose digest is of something else', () => {
    const lied = { ...variable('SecureBoot', fromHex('00')), untrustedData: variable('SecureBoot', on).untrustedData }
    const boot = facts(lied, separator(7))
    expect(boot.secureBoot).to.equal('unsaid')
    expect(places(boot.authorities)).to.deep.equal([1])
    expect(places(boot.unknown)).to.deep.equal([1])
  })
})

describe('a unified kernel image', () => {
  const named = (name: string) => said(11, `${name}\0`)
  it('is read as names, each followed by its content', () => {
    const { sections, strays, phases } = facts(
      named('.linux'),
      said(11, 'kernel'),
      named('.initrd'),
      said(11, 'initrd'),
      said(11, 'enter-initrd'),
    )
    expect(sections.map(({ section, nameEvent, event: at }) => [section, nameEvent.index, at.index])).to.deep.equal([
      ['.linux', 1, 2],
      ['.initrd', 3, 4],
    ])
    expect(strays).to.deep.equal([])
    expect(phases.map(({ phase, event: at }) => [phase, at.index])).to.deep.equal([['enter-initrd', 5]])
  })
  it('has a content that itself reads like a name', () => {
    const { sections, strays } = facts(named('.linux'), named('.initrd'), said(11, 'initrd'))
    expect(sections.map(({ section, event: at }) => [section, at.index])).to.deep.equal([['.linux', 2]])
    expect(places(strays)).to.deep.equal([3])
  })
  it('has no section whose content is missing', () => {
    const { sections, strays } = facts(named('.linux'))
    expect(sections).to.deep.equal([])
    expect(places(strays)).to.deep.equal([1])
  })
  it('lets whatever is neither section nor phase stray', () => {
    const { sections, strays, phases } = facts(said(11, 'stray'), said(11, 'ready'), said(11, '.linux'))
    expect([sections.length, phases.length]).to.deep.equal([0, 1])
    expect(places(strays)).to.deep.equal([1, 3])
  })
})
