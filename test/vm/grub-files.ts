import { type EspFiles } from './boot-disk.ts'

/** Where GRUB looks for its first configuration follows from who built it. */
const grubFolders = ['/EFI/debian', '/EFI/ubuntu'] as const
/** As the distribution's installer leaves it on the EFI system partition: it finds the real one. */
const firstGrubConfiguration = `search.fs_uuid 0B00-7A7C root
set prefix=($root)'/boot/grub'
configfile $prefix/grub.cfg
`
const grubConfiguration = (commandLine: string): string => `# In the words of what update-grub writes.
if [ -s $prefix/grubenv ]; then
  set have_grubenv=true
  load_env
fi
set default="0"
if [ x"\${feature_menuentry_id}" = xy ]; then
  menuentry_id_option="--id"
else
  menuentry_id_option=""
fi
export menuentry_id_option
function load_video {
  if [ x$feature_all_video_module = xy ]; then
    insmod all_video
  else
    insmod efi_gop
  fi
}
set timeout_style=hidden
set timeout=0
menuentry 'Guest' --class gnu-linux $menuentry_id_option 'guest-simple' {
	load_video
	insmod gzio
	if [ x$grub_platform = xxen ]; then insmod xzio; insmod lzopio; fi
	search --no-floppy --fs-uuid --set=root 0B00-7A7C
	echo 'Loading the guest ...'
	linux /vmlinuz ${commandLine}
	initrd /initrd.img
}
menuentry 'Other' {
	linux /none
}
`
/** What GRUB keeps between boots: a block of this size. */
const grubEnvironment = '# GRUB Environment Block\nnext_entry=\n'.padEnd(1024, '#')
/** What GRUB reads from the EFI system partition, besides what it is told to load. */
export function grubFiles(commandLine: string): EspFiles {
  return {
    ...Object.fromEntries(grubFolders.map((folder) => [`${folder}/grub.cfg`, { text: firstGrubConfiguration }])),
    '/boot/grub/grub.cfg': { text: grubConfiguration(commandLine) },
    '/boot/grub/grubenv': { text: grubEnvironment },
    '/boot/grub/x86_64-efi/command.lst': { text: '*acpi: acpi\n' },
    '/boot/grub/x86_64-efi/fs.lst': { text: 'afs\n' },
    '/boot/grub/x86_64-efi/crypto.lst': { text: 'ADLER32: adler32\n' },
    '/boot/grub/x86_64-efi/terminal.lst': { text: 'iconsole: console\n' },
  }
}
