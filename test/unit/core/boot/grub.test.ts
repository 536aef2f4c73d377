import { expect } from 'chai'
import { createHash } from 'node:crypto'
import { concat, WireError } from '../../../../core/bytes/index.ts'
import { type BootEvent } from '../../../../core/boot/boot-event.ts'
import { fatFile } from '../../../../core/boot/grub/fat-file.ts'
import { grubEvents, type GrubFileSystem } from '../../../../core/boot/grub/index.ts'
import { parsePeImage } from '../../../../core/boot/pe-image.ts'
import { fatVolume, type GivenGrub, grubImage } from './grub-builder.ts'
import { smallKernel } from './pe-builder.ts'

const text = (content: string): Uint8Array => new TextEncoder().encode(content)
const digest = ({ measured }: BootEvent): string =>
  createHash('sha256')
    .update(concat(...measured))
    .digest('hex')
const says = ({ data }: BootEvent): string => new TextDecoder().decode(data).replace(/\0$/, '')

interface Given extends Partial<GivenGrub> {
  readonly files?: Readonly<Record<string, string>>
  readonly fileSystems?: readonly GrubFileSystem[]
  readonly secureBoot?: boolean
}

function events({ files = {}, fileSystems = [], secureBoot = false, ...image }: Given): readonly BootEvent[] {
  const named = Object.entries({ '/initrd.img': 'initrd', ...files }).map(
    ([name, content]) => [name, text(content)] as const,
  )
  return grubEvents(parsePeImage(grubImage({ script: '', ...image })), {
    device: 'hd0,gpt1',
    folder: '/EFI/BOOT',
    files: new Map([...named, ['/vmlinuz', smallKernel]]),
    fileSystems,
    secureBoot,
  })
}

/** What a script says on its way to a kernel. */
function said(script: string, given: Given = {}): readonly string[] {
  return events({ ...given, script: `${script}\nlinux /vmlinuz\nboot\n` })
    .map(says)
    .slice(0, -4)
}

const commands: readonly {
  readonly name: string
  readonly script: string
  readonly expect: readonly string[]
  readonly given?: Given
}[] = [
  { name: 'a command with its words put together', script: `echo  'a  b'  "c"`, expect: ['grub_cmd: echo a  b c'] },
  {
    name: 'variables, split where they stand bare',
    script: 'set a="x y"\necho $a "$a" ${a}',
    expect: ['grub_cmd: set a=x y', 'grub_cmd: echo x y x y x y'],
  },
  {
    name: 'no word for an empty variable, one for empty quotes',
    script: 'echo $none a "$none" b',
    expect: ['grub_cmd: echo a  b'],
  },
  { name: 'escapes and continued lines', script: 'echo a\\ b "\\$c" \\\n d', expect: ['grub_cmd: echo a b $c d'] },
  { name: 'nothing for comments and empty lines', script: '# none\n\n;\necho a # b', expect: ['grub_cmd: echo a'] },
  { name: 'an assignment without set', script: 'a=b\necho $a', expect: ['grub_cmd: a=b', 'grub_cmd: echo b'] },
  {
    name: 'the branch that is taken',
    script: 'if [ a = b ]; then echo 1; elif [ a = a ]; then echo 2; else echo 3; fi',
    expect: ['grub_cmd: [ a = b ]', 'grub_cmd: [ a = a ]', 'grub_cmd: echo 2'],
  },
  {
    name: 'the other branch',
    script: 'if false; then echo 1; else echo 2; fi',
    expect: ['grub_cmd: false', 'grub_cmd: echo 2'],
  },
  {
    name: 'a negated command',
    script: 'if ! false; then echo 1; fi',
    expect: ['grub_cmd: ! false', 'grub_cmd: echo 1'],
  },
  {
    name: 'a function’s call and its commands, not its definition',
    script: 'function f {\n echo $1 $#\n}\nf a b',
    expect: ['grub_cmd: f a b', 'grub_cmd: echo a 2'],
  },
  {
    name: 'what it knows of itself',
    script: 'echo $grub_platform $grub_cpu $prefix $root $cmdpath',
    expect: ['grub_cmd: echo efi x86_64 (hd0,gpt1)/EFI/debian hd0,gpt1 (hd0,gpt1)/EFI/BOOT'],
  },
  {
    name: 'a forgotten variable',
    script: 'set a=b\nunset a\nexport c\necho x$a',
    expect: ['grub_cmd: set a=b', 'grub_cmd: unset a', 'grub_cmd: export c', 'grub_cmd: echo x'],
  },
  {
    name: 'a file that -s opens',
    script: '[ -s /f ]',
    given: { files: { '/f': 'f' } },
    expect: ['grub_cmd: [ -s /f ]', '/f'],
  },
  {
    name: 'no file that -e looks for',
    script: '[ -e /f -a -d /g -a -f /g/h ]',
    given: { files: { '/f': 'f', '/g/h': 'h' } },
    expect: ['grub_cmd: [ -e /f -a -d /g -a -f /g/h ]'],
  },
  {
    name: 'the lists of modules at a new prefix',
    script: 'set prefix=/p',
    given: { files: { '/p/x86_64-efi/fs.lst': '', '/p/x86_64-efi/command.lst': '' } },
    expect: ['grub_cmd: set prefix=/p', '/p/x86_64-efi/command.lst', '/p/x86_64-efi/fs.lst'],
  },
  {
    name: 'the environment block',
    script: 'load_env\necho $next',
    given: { files: { '/EFI/debian/grubenv': '# GRUB Environment Block\nnext=2\n####' } },
    expect: ['grub_cmd: load_env', '(hd0,gpt1)/EFI/debian/grubenv', 'grub_cmd: echo 2'],
  },
  {
    name: 'a file system found by its UUID',
    script: 'search --no-floppy --fs-uuid --set=root --hint-efi=hd1,gpt2 AB-12\necho $root',
    given: {
      fileSystems: [{ device: 'hd1,gpt2', uuid: 'ab-12', label: undefined }],
      files: { '(hd1,gpt2)/vmlinuz': '' },
    },
    expect: [
      'grub_cmd: search --no-floppy --fs-uuid --set=root --hint-efi=hd1,gpt2 AB-12',
      'grub_cmd: echo hd1,gpt2',
      'grub_cmd: set root=hd0,gpt1',
    ],
  },
  {
    name: 'one that is not found',
    script: 'if search.fs_label data d; then echo 1; fi\necho $?',
    expect: ['grub_cmd: search.fs_label data d', 'grub_cmd: echo 0'],
  },
  {
    name: 'a sourced script',
    script: 'source /s',
    given: { files: { '/s': 'echo s' } },
    expect: ['grub_cmd: source /s', '/s', 'grub_cmd: echo s'],
  },
]

const refused: readonly { readonly name: string; readonly given: Given; readonly message: RegExp }[] = [
  {
    name: 'an unknown command',
    given: { script: '\nchainloader /x' },
    message: /grub\.cfg\.line\.2: what chainloader does/,
  },
  { name: 'a loop', given: { script: 'for a in b; do echo; done' }, message: /for is not predicted/ },
  { name: 'an open quote', given: { script: 'echo "a' }, message: /not closed/ },
  { name: 'an if without its end', given: { script: 'if true; then echo' }, message: /no fi/ },
  { name: 'a stray word', given: { script: 'fi' }, message: /without its beginning/ },
  { name: 'an open brace', given: { script: 'menuentry a {\n echo' }, message: /no \}/ },
  { name: 'a lone closing brace', given: { script: 'echo a\n}' }, message: /does not belong/ },
  { name: 'a $ alone', given: { script: 'echo $' }, message: /\$ without/ },
  { name: 'a pipe', given: { script: 'echo a|b' }, message: /pipe/ },
  { name: 'deep nesting', given: { script: 'if true; then '.repeat(40) }, message: /too deeply/ },
  { name: 'a function that calls itself', given: { script: 'function f { f; }\nf' }, message: /too deeply/ },
  {
    name: 'a script that sources itself',
    given: { script: 'source /s', files: { '/s': 'source /s' } },
    message: /too deeply/,
  },
  { name: 'a file that is not there', given: { script: 'linux /none' }, message: /\/none is not among/ },
  { name: 'a name that is none', given: { script: 'linux none' }, message: /no file name/ },
  { name: 'a start without a kernel', given: { script: 'boot' }, message: /without a kernel/ },
  { name: 'no start', given: { script: 'echo' }, message: /starts no kernel/ },
  {
    name: 'a menu without the chosen entry',
    given: { script: 'set default=5\nmenuentry a { boot; }' },
    message: /no entry of the menu is 5/,
  },
  {
    name: 'a module from a disk',
    given: { script: 'insmod x', files: { '/EFI/debian/x86_64-efi/x.mod': '' } },
    message: /module from a disk/,
  },
  { name: 'an unknown test', given: { script: '[ a -ef b ]' }, message: /-ef is not predicted/ },
  { name: 'a search by file', given: { script: 'search --file /x' }, message: /search/ },
  { name: 'another version', given: { version: '2.12' }, message: /GRUB 2\.12 measures is not known/ },
  { name: 'another beginning', given: { first: 'echo hello' }, message: /no configuration in a disk/ },
  { name: 'a prefix with a device', given: { prefix: '(hd0)/grub' }, message: /names a device/ },
]

describe('grubEvents', () => {
  for (const { name, script, expect: expected, given } of commands) {
    it(`measure ${name}`, () => {
      const whole = expected.at(-1) === 'grub_cmd: set root=hd0,gpt1' ? `${script}\nset root=hd0,gpt1` : script
      expect(said(whole, given)).to.deep.equal(expected)
    })
  }

  it('measure the menu, and the entry that is chosen', () => {
    const script = `set default=two\nmenuentry One {\n linux /none\n}\nmenuentry 'T wo' --id two { linux /vmlinuz quiet\n initrd /initrd.img\n}\n`
    expect(events({ script }).map(says)).to.deep.equal([
      'grub_cmd: set default=two',
      'grub_cmd: menuentry One {\n linux /none\n}',
      'grub_cmd: menuentry T wo --id two { linux /vmlinuz quiet\n initrd /initrd.img\n}',
      'grub_cmd: setparams T wo',
      'grub_cmd: linux /vmlinuz quiet',
      '/vmlinuz',
      'kernel_cmdline: /vmlinuz quiet',
      'grub_cmd: initrd /initrd.img',
      '/initrd.img',
    ])
  })

  it('measure text without its description, in PCR 8, and files in PCR 9', () => {
    const [command, file] = events({ script: 'linux /vmlinuz "a b"\nboot' })
    expect(command).to.include({ pcr: 8 })
    expect(digest(command!)).to.equal(createHash('sha256').update('linux /vmlinuz a b').digest('hex'))
    expect(file).to.include({ pcr: 9 })
    expect(digest(file!)).to.equal(createHash('sha256').update(smallKernel).digest('hex'))
  })

  it('put quotes around words of a kernel’s command line that have spaces', () => {
    const [, , kernel] = events({ script: `linux /vmlinuz "a b" 'c"'\nboot` })
    expect(says(kernel!)).to.equal('kernel_cmdline: /vmlinuz "a b" c\\"')
  })

  it('measure the kernel twice in PCR 4 under Secure Boot, as shim does', () => {
    const pcrs = events({ script: 'linux /vmlinuz\nboot', secureBoot: true }).map(({ pcr }) => pcr)
    expect(pcrs).to.deep.equal([8, 9, 4, 4, 8, 8])
  })

  it('read a configuration that is longer than a cluster', () => {
    expect(said(`${'# a comment\n'.repeat(200)}echo a`)).to.deep.equal(['grub_cmd: echo a'])
  })

  for (const { name, given, message } of refused) {
    it(`refuse ${name}`, () => {
      expect(() => events(given)).to.throw(WireError, message)
    })
  }
})

describe('fatFile', () => {
  const volume = fatVolume('A       TXT', text('a'.repeat(700)))

  it('finds a file by its short name alone', () => {
    expect(fatFile(volume, 'A       TXT')).to.deep.equal(text('a'.repeat(700)))
    expect(fatFile(volume, 'B       TXT')).to.equal(undefined)
  })

  it('refuses what is no volume, and a chain that leads out of it', () => {
    expect(() => fatFile(new Uint8Array(512), 'A       TXT')).to.throw(WireError, /no FAT volume/)
    const broken = volume.slice()
    new DataView(broken.buffer).setUint16(2 * 512 + 26, 0, true)
    expect(() => fatFile(broken, 'A       TXT')).to.throw(WireError, /leads nowhere/)
  })

  it('refuses a file that is longer than its volume, though its chain has no end', () => {
    const circular = volume.slice()
    const view = new DataView(circular.buffer)
    view.setUint16(512 + 3, 0x002, true)
    for (const size of [volume.length + 1, 0xffff_ffff]) {
      view.setUint32(2 * 512 + 28, size, true)
      expect(() => fatFile(circular, 'A       TXT')).to.throw(WireError, `memdisk: a file of ${size} bytes`)
    }
  })
})
