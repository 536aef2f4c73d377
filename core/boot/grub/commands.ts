import { WireError } from '../../bytes/index.ts'
import { imageLoadEvent } from '../image-load.ts'
import { parsePeImage } from '../pe-image.ts'
import { type GrubCommand, type GrubRun } from './interpreter.ts'
import { type Block } from './script.ts'
import { testHolds } from './test-expression.ts'

/** Measured like all commands, without effect on what is measured later. */
const withoutEffect = [
  'echo',
  'export',
  'insmod',
  'terminal_input',
  'terminal_output',
  'serial',
  'true',
  ':',
  'sleep',
] as const

const succeed: GrubCommand = () => true

/** The commands that are predicted; a script with another is refused. */
export const grubCommands: ReadonlyMap<string, GrubCommand> = new Map<string, GrubCommand>([
  ...withoutEffect.map((name) => [name, succeed] as const),
  ['false', () => false],
  ['insmod', insertModule],
  ['[', (grub, words) => test(grub, words.at(-1) === ']' ? words.slice(0, -1) : words)],
  ['test', test],
  ['set', set],
  ['unset', (grub, names) => names.every((name) => grub.variables.delete(name) || true)],
  ['setparams', setParameters],
  ['load_env', loadEnvironment],
  ['search', search],
  ['search.fs_uuid', (grub, [uuid = '', variable]) => found(grub, 'uuid', uuid, variable)],
  ['search.fs_label', (grub, [label = '', variable]) => found(grub, 'label', label, variable)],
  ['source', source],
  ['.', source],
  ['configfile', (grub, [name = '']) => grub.runConfiguration(name, required(grub, name))],
  ['menuentry', menuEntry],
  ['submenu', menuEntry],
  ['linux', linux],
  ['linuxefi', linux],
  ['initrd', initrd],
  ['initrdefi', initrd],
  ['boot', boot],
])

/** `-s` opens the file that it asks for, and so measures it. */
function test(grub: GrubRun, words: readonly string[]): boolean {
  for (const [i, word] of words.entries()) if (word === '-s') grub.read(words[i + 1] ?? '')
  return testHolds(words, (path) => grub.lookUp(path))
}

/** A module that is in the image is there already; others are not read from a disk under Secure Boot. */
function insertModule(grub: GrubRun, [name = '']: readonly string[]): boolean {
  const file = `${grub.value('prefix')}/x86_64-efi/${name}.mod`
  if (grub.lookUp(file) !== undefined) throw new WireError(`a module from a disk, ${file}, is not predicted`)
  return true
}

function set(grub: GrubRun, [assignment = '']: readonly string[]): boolean {
  const [, name, value = ''] = /^([^=]+)=(.*)$/s.exec(assignment) ?? []
  if (name === undefined) throw new WireError('set without a value')
  return grub.assign(name, value)
}

function setParameters(grub: GrubRun, words: readonly string[]): boolean {
  grub.setParameters(words)
  return true
}

/** Lines `name=value` after the first; the rest of the block is filled up with `#`. */
function loadEnvironment(grub: GrubRun, words: readonly string[]): boolean {
  if (words.length > 0) throw new WireError('load_env with arguments is not predicted')
  const block = grub.read(`${grub.value('prefix')}/grubenv`)
  if (block === undefined) return false
  for (const line of new TextDecoder().decode(block).split('\n').slice(1)) {
    const [, name, value = ''] = /^([^#=][^=]*)=(.*)$/.exec(line) ?? []
    if (name !== undefined) grub.assign(name, value)
  }
  return true
}

function search(grub: GrubRun, words: readonly string[]): boolean {
  let variable = 'root'
  let by: 'uuid' | 'label' | undefined
  const names: string[] = []
  for (const word of words) {
    if (word === '--fs-uuid' || word === '-u') by = 'uuid'
    else if (word === '--label' || word === '-l') by = 'label'
    else if (word.startsWith('--set=')) variable = word.slice('--set='.length)
    else if (word !== '--set' && word !== '--no-floppy' && !word.startsWith('--hint')) names.push(word)
  }
  const [name, more] = names
  if (by === undefined || name === undefined || more !== undefined)
    throw new WireError('a search for anything but a UUID or a label')
  return found(grub, by, name, variable)
}

function found(grub: GrubRun, by: 'uuid' | 'label', name: string, variable = 'root'): boolean {
  const fileSystem = grub.disk.fileSystems.find((each) => each[by]?.toLowerCase() === name.toLowerCase())
  if (fileSystem === undefined) return false
  return grub.assign(variable, fileSystem.device)
}

function source(grub: GrubRun, [name = '']: readonly string[]): boolean {
  return grub.runScript(name, required(grub, name))
}

function menuEntry(grub: GrubRun, words: readonly string[], block: Block | undefined): boolean {
  const [title = ''] = words
  if (block === undefined) throw new WireError('a menu entry without commands')
  const idAt = words.findIndex((word) => word === '--id' || word === '$menuentry_id_option')
  const id =
    words.find((word) => word.startsWith('--id='))?.slice('--id='.length) ?? (idAt < 0 ? undefined : words[idAt + 1])
  grub.addEntry({ title, id, body: block.body })
  return true
}

/** Under Secure Boot shim verifies the kernel when it is opened and when it is loaded, and measures it both times. */
function linux(grub: GrubRun, words: readonly string[]): boolean {
  const [path = ''] = words
  const kernel = required(grub, path)
  if (grub.secureBoot) {
    const loaded = imageLoadEvent(parsePeImage(kernel), '')
    grub.events.push(loaded, loaded)
  }
  grub.measureText('kernel_cmdline', words.map(quoted).join(' '))
  grub.hasKernel = true
  return true
}

/** An argument as GRUB writes it into a kernel's command line. */
function quoted(word: string): string {
  const escaped = word.replaceAll(/[\\'"]/g, (character) => `\\${character}`)
  return escaped.includes(' ') ? `"${escaped}"` : escaped
}

function initrd(grub: GrubRun, paths: readonly string[]): boolean {
  for (const path of paths) required(grub, path)
  return true
}

function boot(grub: GrubRun): boolean {
  if (!grub.hasKernel) throw new WireError('boot without a kernel')
  grub.hasBooted = true
  return true
}

function required(grub: GrubRun, path: string): Uint8Array {
  const content = grub.read(path)
  if (content === undefined) throw new WireError(`${path} is not among the files`)
  return content
}
