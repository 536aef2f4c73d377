import { generateKeyPairSync } from 'node:crypto'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { concat, fromHex, WireError, Writer } from '../../core/bytes/index.ts'
import { authenticodeParts } from '../../core/boot/authenticode.ts'
import { grubEvents } from '../../core/boot/grub/index.ts'
import { parseGrubScript } from '../../core/boot/grub/script.ts'
import { gptEvent } from '../../core/boot/gpt.ts'
import { BootDescriptionError, parseBootDescription } from '../../core/boot/index.ts'
import { parsePeImage } from '../../core/boot/pe-image.ts'
import { parseShim } from '../../core/boot/shim.ts'
import { parseStoredSettings } from '../../core/boot/stored-settings.ts'
import { parseUki } from '../../core/boot/uki.ts'
import { parseVariableStore } from '../../core/boot/variable-store.ts'
import { parseSignatureDatabase, parseUefiVariable } from '../../core/eventlog/index.ts'
import { readCertificate } from '../../core/evidence/certificate.ts'
import { keyslotDigest, KeyslotError } from '../../core/keys/index.ts'
import {
  parseAnnouncement,
  parseGroup,
  parsePolicy,
  parseReferenceValues,
  parseSigners,
  PolicyError,
} from '../../core/policy/index.ts'
import { BootTestError, parseBootTests } from '../../agent/boot/simulate/boot-tests.ts'
import { grubImage } from '../unit/core/boot/grub-builder.ts'
import { certificateTable, identity, signatureList } from '../unit/core/boot/image-signer.ts'
import { bzImage, peImage, smallKernel, ukiImage } from '../unit/core/boot/pe-builder.ts'
import { variableStore } from '../unit/core/boot/variable-builder.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const engineer = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'pem', type: 'spki' })
const hash = '9f'.repeat(32)
const global = '61dfe48bca93d211aa0d00e098032b8c'
const signer = await identity('Signer', 1)
const signed = peImage({ sections: [{ name: '.text', content: 'x' }], certificates: certificateTable(signer) })
const signatures = signatureList('x509', '00112233445566778899aabbccddeeff', signer.der)
const uki = ukiImage([
  { name: '.linux', content: smallKernel },
  { name: '.cmdline', content: 'quiet' },
  { name: '.initrd', content: 'initrd' },
])
const shim = peImage({
  sections: [
    { name: '.sbatlevel', content: concat(fromHex('000000000800000008000000'), utf8('sbat,1,2025021800\n\0')) },
    { name: '.vendor_cert', content: fromHex('05000000020000001000000015000000' + '3003020101' + 'aabb') },
  ],
})
const variable = fromHex(`${global}02000000000000000300000000000000410042000a0b0c`)
const script = 'if [ "$a" = "b" ]; then\n  set c=d\nelse linux /vmlinuz quiet\nfi\nboot\n'

/** A disk with one partition (UEFI 5.3). */
function partitionedDisk(): Uint8Array {
  const table = new Uint8Array(4 * 128).fill(1, 0, 128)
  const header = (crc: number): Uint8Array =>
    new Writer()
      .bytes(utf8('EFI PART'))
      .u32(0x10000, true)
      .u32(92, true)
      .u32(crc, true)
      .bytes(new Uint8Array(52))
      .u64(2n, true)
      .u32(4, true)
      .u32(128, true)
      .u32(crc32(table), true)
      .done()
  const sector = new Uint8Array(512)
  sector.set(header(crc32(header(0))))
  return concat(new Uint8Array(512), sector, table)
}

/** Every reader of a stranger's file that has no other law: whole files, and in what words it refuses what is none. */
const readers: readonly {
  readonly name: string
  readonly samples: readonly Uint8Array[]
  readonly read: (bytes: Uint8Array) => unknown
  readonly refusals: readonly (new (...given: never[]) => Error)[]
}[] = [
  {
    name: 'PE images and their Authenticode digests',
    samples: [signed, smallKernel, bzImage],
    read: (bytes) => authenticodeParts(parsePeImage(bytes)),
    refusals: [WireError],
  },
  { name: 'unified kernel images', samples: [uki], read: parseUki, refusals: [WireError] },
  { name: 'shim', samples: [shim], read: (bytes) => parseShim(parsePeImage(bytes)), refusals: [WireError] },
  {
    name: 'images of GRUB with the volume in them',
    samples: [grubImage({ script })],
    read: (bytes) =>
      grubEvents(parsePeImage(bytes), {
        device: 'hd0,gpt1',
        folder: '/EFI/BOOT',
        files: new Map([['/vmlinuz', smallKernel]]),
        fileSystems: [],
        secureBoot: false,
      }),
    refusals: [WireError],
  },
  { name: 'scripts of GRUB', samples: [utf8(script)], read: parseGrubScript, refusals: [WireError] },
  {
    name: 'partition tables',
    samples: [partitionedDisk()],
    read: gptEvent,
    refusals: [WireError],
  },
  {
    name: 'stores of variables',
    samples: [variableStore([{ guid: global, name: 'PK', data: signatures }])],
    read: (bytes) => [...parseVariableStore(bytes), parseStoredSettings(bytes)],
    refusals: [WireError],
  },
  { name: 'signature databases', samples: [signatures], read: parseSignatureDatabase, refusals: [WireError] },
  { name: 'measured variables', samples: [variable], read: parseUefiVariable, refusals: [WireError] },
  { name: 'certificates', samples: [signer.der], read: readCertificate, refusals: [] },
]

/** One of the samples with bytes changed, a piece taken out, put in or doubled, or cut off; or any bytes. */
function damaged(samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  const change = fc.record({
    at: place,
    size: fc.constantFrom(0, 1, 2, 4, 16, 600),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 8 }),
      fc.constantFrom(fromHex('ffffffff'), fromHex('00000080'), fromHex('0000')),
    ),
  })
  const changed = fc
    .tuple(fc.constantFrom(...samples), fc.array(change, { minLength: 1, maxLength: 4 }), fc.option(place))
    .map(([sample, changes, cut]) => {
      let bytes = Buffer.from(sample)
      for (const { at, size, put } of changes) {
        const from = Math.floor(at * bytes.length)
        bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + size)])
      }
      return new Uint8Array(bytes.subarray(0, cut === null ? bytes.length : Math.floor(cut * bytes.length)))
    })
  return fc.oneof({ weight: 9, arbitrary: changed }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2000 }) })
}

function refusesInItsOwnWords(read: () => unknown, refusals: readonly (new (...given: never[]) => Error)[]): boolean {
  try {
    read()
    return true
  } catch (error) {
    if (refusals.some((refusal) => error instanceof refusal)) return true
    throw error
  }
}

describe('readers of strangers’ files', () => {
  for (const { name, samples, read, refusals } of readers) {
    it(`read ${name}, or refuse them in their own words`, () => {
      for (const sample of samples) read(sample)
      fc.assert(
        fc.property(damaged(samples), (bytes) => refusesInItsOwnWords(() => read(bytes), refusals)),
        { numRuns: 300 },
      )
    })
  }
})

/** Every kind of document in YAML or JSON, whole. */
const documents: readonly {
  readonly name: string
  readonly text: string
  readonly read: (text: string) => unknown
  readonly refusal: new (...given: never[]) => Error
}[] = [
  {
    name: 'BootPolicy',
    text: `kind: BootPolicy\nname: web\nmachines: [web-1]\nadmission: { networks: [10.0.0.0/8] }\nrelease:\n  pcrs: { sha256: { 0: ["${hash}"] } }\n`,
    read: (text) => parsePolicy(text, 'any'),
    refusal: PolicyError,
  },
  {
    name: 'Group',
    text: 'kind: Group\nname: web\nrequire:\n  tier: T1\n  quote: { banks: [sha384] }\n  admission: { networks: [10.0.0.0/8], offDiskFactor: required, forks: lock }\n',
    read: (text) => parseGroup(text, 'any'),
    refusal: PolicyError,
  },
  {
    name: 'ReferenceValues',
    text: `kind: ReferenceValues\nname: debian\nsets:\n  shim:\n    - { version: "15.8", sha256: "${hash}" }\n`,
    read: (text) => parseReferenceValues(text, 'any'),
    refusal: PolicyError,
  },
  {
    name: 'Announcement',
    text: `kind: Announcement\nname: kernel\nmachines: [web-1]\nuntil: 2026-12-01T06:00:00Z\nboots: 1\npcrs: { 0: [{ version: "2", sha256: "${hash}" }] }\n`,
    read: (text) => parseAnnouncement(text, 'any'),
    refusal: PolicyError,
  },
  {
    name: 'Signers',
    text: `kind: Signers\nname: signers\nrequired: 1\nengineers:\n  ann: [{ publicKey: ${JSON.stringify(engineer)} }]\n`,
    read: (text) => parseSigners(text, 'any'),
    refusal: PolicyError,
  },
  {
    name: 'BootDescription',
    text: 'kind: BootDescription\nkernel:\n  image: vmlinuz\n  commandLine: root=/dev/vda2 quiet\n  initrd: [ucode.img, initrd.img]\n',
    read: (text) => parseBootDescription(text, 'any'),
    refusal: BootDescriptionError,
  },
  {
    name: 'BootTests',
    text: 'kind: BootTests\nboot: eventlog.bin\ncases:\n  - name: no log\n    change: [{ log: { become: "" } }]\n    expect: { outcome: bad-evidence, reasons: [event-log-malformed] }\n',
    read: (text) => parseBootTests(text, 'any'),
    refusal: BootTestError,
  },
  {
    name: 'LUKS2 header',
    text: JSON.stringify({
      keyslots: { 0: { type: 'luks2', area: { encryption: 'aes-xts-plain64' } } },
      segments: { 0: { type: 'crypt', encryption: 'aes-xts-plain64' } },
      digests: { 0: { keyslots: ['0'], segments: ['0'] } },
    }),
    read: (text) => keyslotDigest(text, 0),
    refusal: KeyslotError,
  },
]

describe('readers of documents', () => {
  const letters = fc.string({
    unit: fc.constantFrom(...Array.from(' \t\n:-[]{}"\'&*!|>%#,0x.é\u0000\u2028🔑')),
    maxLength: 6,
  })
  const place = fc.nat()
  for (const { name, text, read, refusal } of documents) {
    it(`read a ${name}, or refuse it in their own words`, () => {
      const changed = fc
        .array(fc.tuple(place, fc.constantFrom(0, 1, 5, 40), letters), { minLength: 1, maxLength: 3 })
        .map((changes) =>
          changes.reduce((given, [at, size, put]) => {
            const from = at % (given.length + 1)
            return given.slice(0, from) + put + given.slice(from + size)
          }, text),
        )
      read(text)
      fc.assert(
        fc.property(fc.oneof(changed, letters), (given) => refusesInItsOwnWords(() => read(given), [refusal])),
        { numRuns: 200 },
      )
    })
  }
})
