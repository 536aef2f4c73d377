import { expect } from 'chai'
import { concat, fromHex, toHex } from '../../../../core/bytes/index.ts'
import { isShimBypassed, measuredDatabase, sbatLevel, vouchingCertificate } from '../../../../core/evidence/index.ts'
import { readCertificate } from '../../../../core/evidence/certificate.ts'
import { efiGlobalVariableGuid, efiImageSecurityDatabaseGuid, EV } from '../../../../core/eventlog/index.ts'
import { ALG, digest } from '../../../../core/tpm/index.ts'
import { event, said, separator, variable, verifiedBoot } from '../../../fakes/written-boot.ts'
import { identity, signatureList } from '../boot/image-signer.ts'

const shimGuid = '50ab5d6046e00043abb63dd810dd8b23'
const owner = 'bd9afa775903324dbd6028f4e78f784b'
const ascii = (text: string) => new TextEncoder().encode(text)
const authority = (name: string, data: Uint8Array, guid = efiImageSecurityDatabaseGuid) =>
  variable(name, data, guid, EV.EFI_VARIABLE_AUTHORITY)
const last = (...events: Parameters<typeof verifiedBoot>[0]) => verifiedBoot([separator(7), ...events]).boot.authorities

describe('vouchingCertificate', () => {
  it('reads an entry of db with its owner, and what shim measures without', async () => {
    const { der } = await identity('signer', 1)
    const known = { fingerprint: toHex(digest(ALG.sha256, der)), subject: 'CN=signer' }
    const [entry, bare] = last(authority('db', concat(fromHex(owner), der)), authority('Shim', der, shimGuid))
    expect(vouchingCertificate(entry!)).to.deep.equal(known)
    expect(vouchingCertificate(bare!)).to.deep.equal(known)
  })
  it('finds none in a hash, in something longer than a certificate, or where the log claims what was not measured', async () => {
    const { der } = await identity('signer', 2)
    const good = authority('db', concat(fromHex(owner), der))
    const events = last(
      authority('db', concat(fromHex(owner), digest(ALG.sha256, der))),
      authority('db', concat(fromHex(owner), der, Uint8Array.of(0))),
      { ...authority('db', ascii('another')), untrustedData: good.untrustedData },
      said(7, 'no variable', EV.EFI_ACTION),
    )
    expect(events.map(vouchingCertificate)).to.deep.equal([undefined, undefined, undefined, undefined])
  })
})

describe('isShimBypassed', () => {
  const byte = said(14, '\u0001')
  const isBypassed = (...events: Parameters<typeof verifiedBoot>[0]) =>
    isShimBypassed(verifiedBoot([separator(7), ...events]).boot)
  const setting = (name: string, data: number) => authority(name, Uint8Array.of(data), shimGuid)

  it('is where PCR 7 says so, with any value but zero', () => {
    for (const [data, expected] of [
      [0, false],
      [1, true],
      [2, true],
    ] as const)
      expect(isBypassed(setting('MokSBState', data))).to.equal(expected)
    expect(isBypassed(authority('MokSBState', Uint8Array.of(1)))).to.equal(false)
  })
  it('is where PCR 14 has its byte more often than settings beside it explain', () => {
    const level = authority('SbatLevel', ascii('sbat,1,2023012900\n'), shimGuid)
    expect(isBypassed(byte)).to.equal(true)
    expect(isBypassed(said(14, 'MokList'))).to.equal(false)
    expect(isBypassed(setting('MokListTrusted', 1), byte)).to.equal(false)
    expect(isBypassed(setting('MokListTrusted', 0), byte)).to.equal(true)
    expect(isBypassed(level, byte)).to.equal(false)
    expect(isBypassed(level, byte, byte)).to.equal(true)
    expect(isBypassed(level, setting('MokListTrusted', 1), byte, byte)).to.equal(false)
  })
})

describe('readCertificate', () => {
  it('has the subject on one line', async () => {
    const { der } = await identity('one,O=two', 3)
    expect(readCertificate(der)?.subject).to.equal('CN=one, O=two')
  })
  it('answers the same of a certificate and of no certificate when it is asked again', async () => {
    const { der } = await identity('again', 4)
    expect(readCertificate(der)).to.equal(readCertificate(der.slice()))
    for (let time = 0; time < 2; time++) expect(readCertificate(der.subarray(1))).to.equal(undefined)
  })
  it('still knows a certificate after it has seen more than it keeps', async () => {
    const { der } = await identity('kept', 5)
    const first = readCertificate(der)
    for (let n = 0; n < 300; n++) readCertificate(Uint8Array.of(n & 0xff, n >> 8, 7))
    const later = readCertificate(der)
    expect(later).to.deep.equal(first)
    expect(later, 'what it kept is bounded').not.to.equal(first)
  })
  it('reads nothing that is longer than certificates are, whatever is in it', async () => {
    const { der } = await identity('a'.repeat(17_000), 6)
    expect(der.length).to.be.above(16_384)
    expect(readCertificate(der)).to.equal(undefined)
  })
})

describe('sbatLevel', () => {
  const sbat = (text: string, name = 'SbatLevel') => authority(name, ascii(text), shimGuid)
  const levelOf = (...events: Parameters<typeof verifiedBoot>[0]) => sbatLevel({ authorities: last(...events) })

  it('is the date in the first line of the variable', () => {
    expect(levelOf(sbat('sbat,1,2023012900\nshim,2\n'))).to.equal(2023012900)
    expect(levelOf(sbat('sbat,12,2024010900\ngrub,3\n'))).to.equal(2024010900)
  })
  it('is the lowest that anybody measured', () => {
    expect(levelOf(sbat('sbat,1,2023012900\n'), sbat('sbat,1,2021030218\n'), sbat('sbat,1,2024010900\n'))).to.equal(
      2021030218,
    )
  })
  it('is none where nobody measured one, and nought where it does not read', () => {
    expect(levelOf(sbat('sbat,1,2023012900\n', 'MokListTrusted'))).to.equal(undefined)
    expect(levelOf(said(7, 'sbat,1,2023012900\n', EV.EFI_ACTION))).to.equal(undefined)
    for (const text of [
      'grub,1,2023012900\n',
      ' sbat,1,2023012900\n',
      'sbat,1,202301290\n',
      'sbat,1,20230129000\n',
      'sbat,x,2023012900\n',
      'sbat,1,yyyymmddnn\n',
      'sbat,1,2023012900',
      '',
    ])
      expect(levelOf(sbat(text)), JSON.stringify(text)).to.equal(0)
  })
})

describe('measuredDatabase', () => {
  const hashes = signatureList('sha256', owner, digest(ALG.sha256, ascii('revoked')))
  const databases = (...events: Parameters<typeof verifiedBoot>[0]) => verifiedBoot([...events, separator(7)]).boot

  it('reads PK and KEK of the global vendor, db and dbx of the security database', () => {
    for (const [name, guid, other] of [
      ['PK', efiGlobalVariableGuid, efiImageSecurityDatabaseGuid],
      ['KEK', efiGlobalVariableGuid, efiImageSecurityDatabaseGuid],
      ['db', efiImageSecurityDatabaseGuid, efiGlobalVariableGuid],
      ['dbx', efiImageSecurityDatabaseGuid, efiGlobalVariableGuid],
    ] as const) {
      const found = measuredDatabase(databases(variable(name, hashes, guid)), name)
      expect(found?.map(({ kind, data }) => [kind, toHex(data)])).to.deep.equal([
        ['sha256', toHex(digest(ALG.sha256, ascii('revoked')))],
      ])
      expect(measuredDatabase(databases(variable(name, hashes, other)), name), name).to.equal(undefined)
    }
  })
  it('looks for the name that it is asked for', () => {
    const boot = databases(
      variable('db', new Uint8Array(), efiImageSecurityDatabaseGuid),
      variable('dbx', hashes, efiImageSecurityDatabaseGuid),
    )
    expect(measuredDatabase(boot, 'db')).to.deep.equal([])
    expect(measuredDatabase(boot, 'dbx')).to.have.length(1)
    expect(measuredDatabase(boot, 'PK')).to.equal(undefined)
  })
  it('is undefined where it is malformed, and no list shorter than it was', () => {
    const cut = variable('dbx', hashes.slice(0, -1), efiImageSecurityDatabaseGuid)
    expect(measuredDatabase(databases(cut), 'dbx')).to.equal(undefined)
  })
  it('takes no word of an event whose digest is of something else', () => {
    const claimed = {
      ...event(7, EV.EFI_VARIABLE_DRIVER_CONFIG, ascii('x')),
      untrustedData: variable('dbx', hashes, efiImageSecurityDatabaseGuid).untrustedData,
    }
    expect(measuredDatabase(databases(claimed), 'dbx')).to.equal(undefined)
  })
})
