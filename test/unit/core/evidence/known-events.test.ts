import { expect } from 'chai'
import { fromHex, Writer } from '../../../../core/bytes/index.ts'
import { isDigestOf, isKnownEvent, measuredVariable } from '../../../../core/evidence/known-events.ts'
import { type MeasuredEvent } from '../../../../core/evidence/index.ts'
import { efiGlobalVariableGuid, encodeUefiVariable, EV, type Event } from '../../../../core/eventlog/index.ts'
import { ALG, digest } from '../../../../core/tpm/index.ts'
import { event } from '../../../fakes/written-boot.ts'

const ascii = (text: string) => new TextEncoder().encode(text)
const measured = (one: Event): MeasuredEvent => ({ ...one, log: 'firmware' })
const entry = { vendorGuid: fromHex(efiGlobalVariableGuid), name: 'BootOrder', data: fromHex('0100') }
const whole = encodeUefiVariable(entry)
const known = (...given: Parameters<typeof event>) => isKnownEvent(measured(event(...given)))

describe('isDigestOf', () => {
  it('asks every bank, and is false where there is none', () => {
    const one = measured(event(5, EV.IPL, ascii('a')))
    expect(isDigestOf(one, ascii('a'))).to.equal(true)
    expect(isDigestOf({ ...one, digests: new Map() }, ascii('a'))).to.equal(false)
    for (const hash of [ALG.sha256, ALG.sha384]) {
      const digests = new Map([...one.digests, [hash, digest(hash, ascii('b'))]])
      expect(isDigestOf({ ...one, digests }, ascii('a'))).to.equal(false)
    }
  })
})

describe('measuredVariable', () => {
  it('reads a variable whose structure was measured', () => {
    for (const type of [EV.EFI_VARIABLE_DRIVER_CONFIG, EV.EFI_VARIABLE_AUTHORITY, EV.EFI_VARIABLE_BOOT2]) {
      const pcr = type === EV.EFI_VARIABLE_AUTHORITY ? 7 : 1
      expect(measuredVariable(measured(event(pcr, type, whole)))).to.deep.equal(entry)
    }
  })
  it('reads none in a PCR where its type does not stand: there its name may be anybody’s', () => {
    for (const type of [EV.EFI_VARIABLE_BOOT, EV.EFI_VARIABLE_BOOT2])
      expect(measuredVariable(measured(event(7, type, whole)))).to.equal(undefined)
    expect(measuredVariable(measured(event(1, EV.EFI_VARIABLE_AUTHORITY, whole)))).to.equal(undefined)
  })
  it('reads a boot variable of which firmware measured the data alone, or all', () => {
    expect(measuredVariable(measured(event(1, EV.EFI_VARIABLE_BOOT, entry.data, whole)))).to.deep.equal(entry)
    expect(measuredVariable(measured(event(1, EV.EFI_VARIABLE_BOOT, whole)))).to.deep.equal(entry)
    expect(measuredVariable(measured(event(1, EV.EFI_VARIABLE_BOOT, ascii('x'), whole)))).to.equal(undefined)
  })
  it('reads no other variable of which the data alone was measured', () => {
    for (const type of [EV.EFI_VARIABLE_DRIVER_CONFIG, EV.EFI_VARIABLE_AUTHORITY, EV.EFI_VARIABLE_BOOT2])
      expect(measuredVariable(measured(event(1, type, entry.data, whole)))).to.equal(undefined)
  })
  it('reads none out of events of other types, or out of what is malformed', () => {
    expect(measuredVariable(measured(event(1, EV.EFI_ACTION, whole)))).to.equal(undefined)
    expect(measuredVariable(measured(event(1, EV.EFI_VARIABLE_DRIVER_CONFIG, whole.slice(1))))).to.equal(undefined)
    expect(measuredVariable(measured(event(1, EV.EFI_VARIABLE_BOOT, whole.slice(1))))).to.equal(undefined)
  })
  it('answers the same of an event when it is asked again', () => {
    const one = measured(event(1, EV.EFI_VARIABLE_BOOT2, whole))
    expect(measuredVariable(one)).to.equal(measuredVariable(one))
    const other = measured(event(1, EV.EFI_ACTION, whole))
    for (let time = 0; time < 2; time++) expect(measuredVariable(other)).to.equal(undefined)
  })
})

describe('isKnownEvent', () => {
  it('knows an event where the profile has it measured, and nowhere else', () => {
    expect(known(0, EV.S_CRTM_VERSION, ascii('1'))).to.equal(true)
    expect(known(4, EV.S_CRTM_VERSION, ascii('1'))).to.equal(false)
    expect(known(4, EV.EFI_BOOT_SERVICES_APPLICATION, ascii('image'))).to.equal(true)
    expect(known(5, EV.EFI_BOOT_SERVICES_APPLICATION, ascii('image'))).to.equal(false)
    expect(known(7, EV.EFI_VARIABLE_AUTHORITY, whole)).to.equal(true)
    expect(known(6, EV.EFI_VARIABLE_AUTHORITY, whole)).to.equal(false)
  })
  it('knows no type that the profile has not, and no separator by its type', () => {
    expect(known(0, 0x1234, ascii('x'))).to.equal(false)
    expect(known(0, EV.SEPARATOR, fromHex('00000000'))).to.equal(false)
  })
  it('asks those that say what was measured for the digest of it', () => {
    for (const type of [EV.ACTION, EV.EFI_ACTION, EV.EFI_GPT_EVENT, EV.EFI_GPT_EVENT2]) {
      expect(known(5, type, ascii('text'))).to.equal(true)
      expect(known(5, type, ascii('bootkit'), ascii('text'))).to.equal(false)
    }
  })
  it('asks a variable to be one', () => {
    expect(known(7, EV.EFI_VARIABLE_DRIVER_CONFIG, whole)).to.equal(true)
    expect(known(7, EV.EFI_VARIABLE_DRIVER_CONFIG, ascii('bootkit'), whole)).to.equal(false)
    expect(known(7, EV.EFI_VARIABLE_DRIVER_CONFIG, ascii('no variable'))).to.equal(false)
  })
  it('takes images and blobs as they are, since no log holds them', () => {
    const load = new Writer().u64(0n).u64(0n).u64(0n).u64(0n).done()
    expect(known(2, EV.EFI_BOOT_SERVICES_DRIVER, ascii('driver'), load)).to.equal(true)
    expect(known(0, EV.EFI_PLATFORM_FIRMWARE_BLOB2, ascii('volume'), load)).to.equal(true)
  })
})
