import { expect } from 'chai'
import { toHex } from '../../../../core/bytes/index.ts'
import {
  type BootDescription,
  BootDescriptionError,
  BootFileError,
  filesOfBoot,
  parseBootDescription,
  planBoot,
} from '../../../../core/boot/index.ts'
import { EV, parseEventLog, replay } from '../../../../core/eventlog/index.ts'
import { recordedLog, recordedPcrs } from '../../../vectors/vectors.ts'
import { bzImage, smallKernel, ukiImage } from './pe-builder.ts'

const sha256 = { id: 0x000b, digestSize: 32 }
const whole = `kind: BootDescription
firmware:
  version: ''
  blobs:
    - { file: fv.bin, base: 0x820000 }
  secureBoot:
    enabled: true
    PK: PK.esl
    KEK: KEK.esl
    db: db.esl
    dbx: dbx.esl
    authorities: [db-entry.bin]
  bootOrder: [0, 1]
  bootOptions:
    - { number: 0, file: boot0.bin }
  disk: disk.img
kernel:
  image: vmlinuz
  path: \\vmlinuz
  commandLine: quiet
  initrd: [ucode.cpio, initrd.img]
`
const refused: readonly {
  readonly name: string
  readonly given: string
  readonly at: string
  readonly message: RegExp
}[] = [
  { name: 'nothing', given: '', at: '1:1', message: /./ },
  { name: 'another kind', given: 'kind: BootPolicy\nuki: { image: a }\n', at: '1:7', message: /kind/ },
  { name: 'no boot', given: 'kind: BootDescription\n', at: '1:1', message: /uki and kernel/ },
  {
    name: 'two boots',
    given: 'kind: BootDescription\nuki: { image: a }\nkernel: { image: a }\n',
    at: '1:1',
    message: /uki and kernel/,
  },
  {
    name: 'an unknown key',
    given: 'kind: BootDescription\nuki:\n  image: a\n  cmdline: b\n',
    at: '4:3',
    message: /cmdline/,
  },
  {
    name: 'a repeated key',
    given: 'kind: BootDescription\nuki: { image: a }\nuki: { image: b }\n',
    at: '3:1',
    message: /unique/,
  },
  {
    name: 'an empty list',
    given: 'kind: BootDescription\nkernel:\n  image: a\n  initrd: []\n',
    at: '4:11',
    message: /initrd/,
  },
  { name: 'an empty file name', given: "kind: BootDescription\nuki:\n  image: ''\n", at: '3:10', message: /uki.image/ },
  { name: 'an alias', given: 'kind: BootDescription\nuki: { image: &a b, path: *a }\n', at: '2:27', message: /alias/ },
  {
    name: 'a line break in a command line',
    given: 'kind: BootDescription\nuki:\n  image: a\n  commandLine: "a\\nb"\n',
    at: '4:16',
    message: /control/,
  },
  {
    name: 'a wrong type deep inside',
    given: whole.replace('enabled: true', 'enabled: maybe'),
    at: '7:14',
    message: /firmware\.secureBoot\.enabled/,
  },
  {
    name: 'a boot number out of range',
    given: whole.replace('[0, 1]', '[0, 65536]'),
    at: '13:18',
    message: /bootOrder\.1/,
  },
  {
    name: 'recorded and described firmware',
    given: whole.replace("version: ''", 'recorded: log.bin'),
    at: '4:3',
    message: /firmware: .*blobs/,
  },
  { name: 'broken YAML', given: 'kind: [BootDescription\n', at: '2:1', message: /./ },
  {
    name: 'a text that never ends',
    given: `kind: BootDescription\n#${'x'.repeat(70_000)}`,
    at: '1:1',
    message: /too long/,
  },
]

describe('parseBootDescription', () => {
  it('reads every field', () => {
    const parsed = parseBootDescription(whole, 'boot.yaml')
    expect(parsed.kernel).to.deep.equal({
      image: 'vmlinuz',
      path: '\\vmlinuz',
      commandLine: 'quiet',
      initrd: ['ucode.cpio', 'initrd.img'],
    })
    expect(filesOfBoot(parsed).map(({ path }) => path)).to.have.members([
      ...['fv.bin', 'PK.esl', 'KEK.esl', 'db.esl', 'dbx.esl', 'db-entry.bin', 'boot0.bin'],
      ...['vmlinuz', 'ucode.cpio', 'initrd.img', 'disk.img'],
    ])
    expect(
      filesOfBoot(parsed)
        .filter(({ startOnly }) => startOnly)
        .map(({ path }) => path),
    ).to.deep.equal(['disk.img'])
  })

  for (const { name, given, at, message } of refused) {
    it(`refuses ${name}, and says where`, () => {
      expect(() => parseBootDescription(given, 'boot.yaml'))
        .to.throw(BootDescriptionError)
        .with.property('message')
        .that.matches(new RegExp(`^boot\\.yaml:${at}: `))
        .and.matches(message)
    })
  }
})

describe('planBoot', () => {
  const log = recordedLog('uki-secureboot')
  const uki = ukiImage([{ name: '.linux', content: smallKernel }])
  const recorded: BootDescription = { kind: 'BootDescription', firmware: { recorded: 'log' }, uki: { image: 'uki' } }
  const files = new Map([
    ['log', log],
    ['uki', uki],
    ['kernel', smallKernel],
    ['initrd', Uint8Array.of(1)],
    ['text', new TextEncoder().encode('text')],
  ])

  it('keeps of a recorded boot what the firmware measured, and plans the rest', () => {
    const planned = planBoot(recorded, files, parseEventLog(log).algorithms)
    const real = parseEventLog(log).events
    expect(planned.events.slice(0, 23)).to.deep.equal(real.slice(0, 23))
    expect(planned.events.slice(23).map(({ pcr }) => pcr)).to.deep.equal([4, 11, 11, 5, 5])

    const banks = replay(planned)
    for (const pcr of [0, 1, 2, 3, 5, 6, 7]) {
      expect(toHex(banks.get(sha256.id)!.get(pcr)!)).to.equal(recordedPcrs('uki-secureboot')['sha256']![String(pcr)])
    }
  })

  it('knows from the recorded boot that Secure Boot is on', () => {
    const image = ukiImage([
      { name: '.linux', content: smallKernel },
      { name: '.cmdline', content: 'quiet' },
    ])
    const planned = planBoot(
      { ...recorded, uki: { image: 'uki', commandLine: 'debug' } },
      new Map([...files, ['uki', image]]),
      [sha256],
    )
    expect(planned.events.filter(({ pcr }) => pcr === 12)).to.deep.equal([])
  })

  it('plans a kernel without firmware settings', () => {
    const planned = planBoot(
      { kind: 'BootDescription', kernel: { image: 'kernel', commandLine: 'quiet', initrd: ['initrd'] } },
      files,
      [sha256],
    )
    const separators = planned.events.filter(({ untrustedType }) => untrustedType === EV.SEPARATOR)
    expect(separators.map(({ pcr }) => pcr).toSorted()).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7])
    expect(planned.events.slice(9).map(({ pcr }) => pcr)).to.deep.equal([4, 9, 9, 5, 5])
    expect(planned.events.map(({ index }) => index)).to.deep.equal(planned.events.map((_, i) => i + 1))
  })

  const wrong: readonly { readonly name: string; readonly given: BootDescription; readonly message: RegExp }[] = [
    {
      name: 'a kernel that is no image',
      given: { kind: 'BootDescription', kernel: { image: 'text' } },
      message: /^text: /,
    },
    {
      name: 'a UKI that is none',
      given: { kind: 'BootDescription', uki: { image: 'kernel' } },
      message: /^kernel: \.linux/,
    },
    {
      name: 'a recorded log that is none',
      given: { ...recorded, firmware: { recorded: 'text' } },
      message: /^text: events\.0/,
    },
    {
      name: 'a disk without a partition table',
      given: { ...recorded, firmware: { disk: 'text' } },
      message: /^text: gpt/,
    },
  ]
  for (const { name, given, message } of wrong) {
    it(`refuses ${name}, and names the file`, () => {
      expect(() => planBoot(given, files, [sha256]))
        .to.throw(BootFileError)
        .with.property('message')
        .that.matches(message)
    })
  }

  it('refuses a recorded boot of another kind', () => {
    const direct = new Map([...files, ['log', recordedLog('direct-kernel')]])
    expect(() => planBoot(recorded, direct, [sha256])).to.throw(BootFileError, 'started from a disk')
    const handedOver: BootDescription = {
      ...recorded,
      uki: undefined,
      kernel: { image: 'bzImage', qemu: { memoryMiB: 512 } },
    }
    expect(() => planBoot(handedOver, new Map([...files, ['bzImage', bzImage]]), [sha256])).to.throw(
      BootFileError,
      'got its kernel from QEMU',
    )
  })

  it('plans a kernel that QEMU hands over into a recorded boot of that kind', () => {
    const log = recordedLog('direct-kernel')
    const described: BootDescription = {
      kind: 'BootDescription',
      firmware: { recorded: 'log' },
      kernel: {
        image: 'bzImage',
        commandLine: 'console=ttyS0 panic=-1 quiet',
        initrd: ['initrd'],
        qemu: { memoryMiB: 512 },
      },
    }
    const planned = planBoot(
      described,
      new Map([...files, ['log', log], ['bzImage', bzImage]]),
      parseEventLog(log).algorithms,
    )
    const real = parseEventLog(log).events
    const unpredictable = [9, 21]
    expect(planned.events.map(({ pcr, untrustedType }) => ({ pcr, untrustedType }))).to.deep.equal(
      real.map(({ pcr, untrustedType }) => ({ pcr, untrustedType })),
    )
    for (const [i, event] of planned.events.entries()) {
      if (!unpredictable.includes(i)) expect(event, `event ${i}`).to.deep.equal(real[i])
    }
  })

  it('refuses a recorded boot that starts nothing', () => {
    const cut = new Map([...files, ['log', log.slice(0, 69)]])
    expect(() => planBoot(recorded, cut, [sha256])).to.throw(BootFileError)
  })

  it('refuses a bank that the recorded boot has no digests of', () => {
    expect(() => planBoot(recorded, files, [{ id: 0x0012, digestSize: 32 }])).to.throw(BootFileError, 'sm3_256')
  })
})
