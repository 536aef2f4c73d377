import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parts } from './packages.ts'
import { runTool } from './run-tool.ts'

/** Where systemd's documentation has objcopy put the sections of a unified kernel image. */
const addresses = {
  '.osrel': 0x20000,
  '.cmdline': 0x30000,
  '.linux': 0x2000000,
  '.initrd': 0x3000000,
} as const

const osRelease = 'ID=bootlatch-test\nVERSION_ID=1\n'

/** What goes into a unified kernel image besides the kernel. */
export interface UkiContents {
  readonly initrd: string
  readonly commandLine: string
}

/** Writes a unified kernel image: systemd's stub with the sections that it starts. `folder` takes the sections' files. */
export async function writeUki(path: string, folder: string, { initrd, commandLine }: UkiContents): Promise<void> {
  const files = {
    '.osrel': join(folder, 'osrel'),
    '.cmdline': join(folder, 'cmdline'),
    '.linux': parts.kernel(),
    '.initrd': initrd,
  } as const
  await writeFile(files['.osrel'], osRelease)
  await writeFile(files['.cmdline'], commandLine)
  const names = ['.osrel', '.cmdline', '.linux', '.initrd'] as const
  const sections = names.flatMap((name) => [
    '--add-section',
    `${name}=${files[name]}`,
    '--change-section-vma',
    `${name}=${addresses[name]}`,
  ])
  await runTool('objcopy', ...sections, parts.stub(), path)
}
