import { expect } from 'chai'
import { createHash } from 'node:crypto'
import { concat, fromHex, toHex, WireError } from '../../../../core/bytes/index.ts'
import { authenticodeParts } from '../../../../core/boot/authenticode.ts'
import { type BootDescription, BootFileError, planBoot } from '../../../../core/boot/index.ts'
import { authorityOf } from '../../../../core/boot/image-authority.ts'
import { parsePeImage } from '../../../../core/boot/pe-image.ts'
import { parseVariableStore } from '../../../../core/boot/variable-store.ts'
import { EV, parseUefiVariable } from '../../../../core/eventlog/index.ts'
import { certificateTable, type Identity, identity, signatureList } from './image-signer.ts'
import { peImage } from './pe-builder.ts'
import { type GivenVariable, variableStore } from './variable-builder.ts'

const global = '61dfe48bca93d211aa0d00e098032b8c'
const database = 'cbb219d73a3d9645a3bcdad00e67656f'
const switches = 'c70ba3f008af5645' + '99c4001009c93a44'
const owner = '00112233445566778899aabbccddeeff'
const sha256 = { id: 0x000b, digestSize: 32 }

function signed(...signers: readonly [Identity, ...Identity[]]): Uint8Array {
  return peImage({ sections: [{ name: '.text', content: 'kernel' }], certificates: certificateTable(...signers) })
}

describe('parseVariableStore', () => {
  const a = { guid: global, name: 'A', data: Uint8Array.of(1) }

  it('finds what is there, and not what is gone', () => {
    const store = variableStore([
      { ...a, state: 0x3c },
      { ...a, data: Uint8Array.of(2, 3) },
      { ...a, name: 'BC' },
    ])
    expect(parseVariableStore(store)).to.deep.equal([
      { vendorGuid: fromHex(global), name: 'A', data: Uint8Array.of(2, 3) },
      { vendorGuid: fromHex(global), name: 'BC', data: Uint8Array.of(1) },
    ])
  })

  it('takes one that is about to be replaced only while there is no other', () => {
    const old = { ...a, state: 0x3e }
    expect(parseVariableStore(variableStore([old])).map(({ data }) => data)).to.deep.equal([a.data])
    for (const both of [
      [old, { ...a, data: Uint8Array.of(2) }],
      [{ ...a, data: Uint8Array.of(2) }, old],
    ]) {
      expect(parseVariableStore(variableStore(both)).map(({ data }) => data)).to.deep.equal([Uint8Array.of(2)])
    }
  })

  it('refuses what is no store', () => {
    const store = variableStore([a])
    for (const at of [40, 72]) {
      const broken = store.slice()
      broken[at] = 0
      expect(() => parseVariableStore(broken)).to.throw(WireError)
    }
    expect(() => parseVariableStore(store.subarray(0, 110))).to.throw(WireError)
    for (const size of [0, 40, 43])
      expect(() => parseVariableStore(store.subarray(0, size))).to.throw('no firmware volume')
    expect(() => parseVariableStore(store.subarray(0, 44))).to.throw(WireError)
  })
})

describe('authorityOf', () => {
  let root: Identity
  let leaf: Identity
  let stranger: Identity
  before(async () => {
    root = await identity('root', 1)
    leaf = await identity('leaf', 2, root)
    stranger = await identity('stranger', 3)
  })
  const db = (...trusted: readonly Identity[]): Uint8Array =>
    concat(...trusted.map(({ der }) => signatureList('x509', owner, der)))
  const entry = ({ der }: Identity): string => owner + toHex(der)

  it('is the entry of who signed, or of who issued that certificate', () => {
    expect(toHex(authorityOf(parsePeImage(signed(leaf)), db(stranger, leaf)))).to.equal(entry(leaf))
    expect(toHex(authorityOf(parsePeImage(signed(leaf)), db(stranger, root)))).to.equal(entry(root))
    expect(toHex(authorityOf(parsePeImage(signed(leaf, root)), db(root)))).to.equal(entry(root))
  })

  it('is the image’s digest where no signature counts', () => {
    const image = parsePeImage(signed(stranger))
    const digest = createHash('sha256')
      .update(concat(...authenticodeParts(image)))
      .digest()
    const list = signatureList('sha256', owner, new Uint8Array(digest))
    expect(toHex(authorityOf(image, concat(db(root), list)))).to.equal(owner + toHex(digest))
  })

  it('is nobody for an image that db does not know', () => {
    expect(() => authorityOf(parsePeImage(signed(stranger, root)), db(root))).to.throw(WireError, /nothing in db/)
    expect(() => authorityOf(parsePeImage(peImage({ sections: [] })), db(root))).to.throw(WireError, /nothing in db/)
  })

  it('refuses a signature that is none', () => {
    for (const table of ['0800000000020200', '0400000000020200', 'ff00000000020200', '0a0000000002020030000000']) {
      const image = peImage({ sections: [], certificates: fromHex(table.padEnd(32, '0')) })
      expect(() => authorityOf(parsePeImage(image), db(root)), table).to.throw(WireError)
    }
  })

  for (const { name, found, byte } of [
    { name: 'no digits', found: '30053000020101', byte: [5, 0x00] },
    { name: 'a minus in its certificate', found: 'a003020102020101', byte: [7, 0xff] },
  ] as const) {
    it(`refuses a signer whose number has ${name}`, () => {
      const image = signed(root)
      image[Buffer.from(image).lastIndexOf(fromHex(found)) + byte[0]] = byte[1]
      expect(() => authorityOf(parsePeImage(image), db(root))).to.throw(WireError, 'lacks its signer’s certificate')
    })
  }
})

describe('planBoot with a file of variables', () => {
  let variables: readonly GivenVariable[]
  let image: Uint8Array
  let trusted: Identity
  before(async () => {
    trusted = await identity('trusted', 1)
    image = signed(trusted)
    const list = signatureList('x509', owner, trusted.der)
    variables = [
      { guid: global, name: 'PK', data: list },
      { guid: database, name: 'db', data: list },
      { guid: switches, name: 'SecureBootEnable', data: Uint8Array.of(1) },
      { guid: global, name: 'BootOrder', data: Uint8Array.of(10, 0, 1, 0) },
      { guid: global, name: 'Boot000A', data: Uint8Array.of(7) },
    ]
  })
  const boot: BootDescription = {
    kind: 'BootDescription',
    firmware: { variables: 'vars' },
    kernel: { image: 'kernel' },
  }
  const planned = (given: readonly GivenVariable[]): readonly string[] =>
    planBoot(
      boot,
      new Map([
        ['vars', variableStore(given)],
        ['kernel', image],
      ]),
      [sha256],
    )
      .events.filter(({ pcr, untrustedType }) => (pcr === 1 || pcr === 7) && untrustedType !== EV.SEPARATOR)
      .map(({ pcr, untrustedData }) => {
        const { name, data } = parseUefiVariable(untrustedData)
        return `${pcr} ${name} ${data.length}`
      })

  it('measures its settings, boot options and what vouches for the image', () => {
    const { length } = signatureList('x509', owner, trusted.der)
    expect(planned(variables)).to.deep.equal([
      '7 SecureBoot 1',
      `7 PK ${length}`,
      '7 KEK 0',
      `7 db ${length}`,
      '7 dbx 0',
      '1 BootOrder 4',
      '1 Boot000A 1',
      `7 db ${16 + trusted.der.length}`,
    ])
  })

  it('asks nobody to vouch where Secure Boot is off or has no platform key', () => {
    for (const missing of ['SecureBootEnable', 'PK']) {
      const given = variables.filter(({ name }) => name !== missing)
      expect(planned(given).filter((line) => line.startsWith('7 db '))).to.have.length(1)
    }
  })

  it('refuses an image that nothing vouches for, and names it', () => {
    const given = variables.filter(({ name }) => name !== 'db')
    expect(() => planned(given)).to.throw(BootFileError, /^kernel: nothing in db/)
  })
})
