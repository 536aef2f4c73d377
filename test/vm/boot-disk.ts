import { truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildTime, runTool } from './run-tool.ts'

const diskMiB = 64
const sectorsPerMiB = 2048
/** Before the file system lies the partition table, behind it the copy of that. */
const firstMiB = 1
const partitionMiB = diskMiB - 2

const partitionTable = `label: gpt
label-id: 6c0f7f8e-2e9d-4f4b-9d6c-000000000001
start=${firstMiB * sectorsPerMiB}, size=${partitionMiB * sectorsPerMiB}, type=U, name=esp, uuid=6c0f7f8e-2e9d-4f4b-9d6c-000000000002
`

/** What lies on an EFI system partition: contents, or the file that has them, by path. */
export type EspFiles = Readonly<Record<string, { readonly from: string } | { readonly text: string }>>

/** Writes a disk with an EFI system partition, without loop devices; the same files give the same bytes. */
export async function writeBootDisk(path: string, folder: string, files: EspFiles): Promise<void> {
  const script = join(folder, 'partitions')
  await writeFile(script, partitionTable)
  await writeFile(path, '')
  await truncate(path, diskMiB * 2 ** 20)
  await runTool('sh', '-c', 'sfdisk --quiet "$0" < "$1"', path, script)

  const partition = `${path}@@${firstMiB}M`
  await runTool('mformat', '-i', partition, '-T', String(partitionMiB * sectorsPerMiB), '-N', '0b007a7c', '::')
  const made = new Set<string>()
  for (const [name, content] of Object.entries(files)) {
    for (const parent of parentsOf(name)) {
      if (!made.has(parent)) await runTool('mmd', '-i', partition, `::${parent}`)
      made.add(parent)
    }
    await runTool('mcopy', '-m', '-i', partition, await stamped(content, folder), `::${name}`)
  }
}

function parentsOf(name: string): readonly string[] {
  const folders = name.split('/').slice(1, -1)
  return folders.map((_, i) => `/${folders.slice(0, i + 1).join('/')}`)
}

/** The content as a file of the time at which all images are made. */
async function stamped(content: EspFiles[string], folder: string): Promise<string> {
  const copy = join(folder, 'copied')
  if ('from' in content) await runTool('cp', content.from, copy)
  else await writeFile(copy, content.text)
  await utimes(copy, buildTime, buildTime)
  return copy
}
