import { WireError } from '../../bytes/index.ts'
import { EV } from '../../eventlog/index.ts'
import { type BootEvent } from '../boot-event.ts'
import { type GrubDisk } from './disk.ts'
import { argumentsOf } from './expand.ts'
import { type Block, parseGrubScript, type Statement } from './script.ts'

/** PCRs of GRUB's tpm module: text that it acts on, and files that it reads. */
const textPcr = 8
const filePcr = 9
/** More commands than any configuration has, so that one which calls itself comes to an end. */
const maxCommands = 10_000
const maxNesting = 16

/** An entry of the menu. */
export interface MenuEntry {
  readonly title: string
  readonly id: string | undefined
  readonly body: readonly Statement[]
}

/** What a command does; false is failure, as in a shell. `block` stands behind a menuentry. */
export type GrubCommand = (grub: GrubRun, words: readonly string[], block: Block | undefined) => boolean

/** What a run begins with. */
export interface GrubStart {
  readonly disk: GrubDisk
  readonly variables: ReadonlyMap<string, string>
  readonly commands: ReadonlyMap<string, GrubCommand>
  /** Loaded images are verified by shim, and measured then. */
  readonly secureBoot: boolean
}

/** GRUB at work: it runs scripts and keeps what it measures. */
export class GrubRun {
  readonly disk: GrubDisk
  readonly secureBoot: boolean
  readonly variables: Map<string, string>
  readonly events: BootEvent[] = []
  hasBooted = false
  /** Whether a kernel is ready to start. */
  hasKernel = false
  readonly #commands: ReadonlyMap<string, GrubCommand>
  readonly #functions = new Map<string, readonly Statement[]>()
  #menu: MenuEntry[] = []
  #parameters: readonly string[] = []
  #status = true
  #commandCount = 0
  #nesting = 0

  constructor({ disk, variables, commands, secureBoot }: GrubStart) {
    this.disk = disk
    this.secureBoot = secureBoot
    this.variables = new Map(variables)
    this.#commands = commands
  }

  /** A variable's value; one that was not set is empty. */
  value(name: string): string {
    if (/^\d+$/.test(name)) return this.#parameters[Number(name) - 1] ?? ''
    if (name === '?') return this.#status ? '0' : '1'
    if (name === '#') return String(this.#parameters.length)
    return this.variables.get(name) ?? ''
  }

  setParameters(parameters: readonly string[]): void {
    this.#parameters = parameters
  }

  /** Where a path leads to, if anywhere. */
  lookUp(path: string): number | 'folder' | undefined {
    const root = this.value('root')
    return this.disk.read(path, root)?.length ?? (this.disk.isFolder(path, root) ? 'folder' : undefined)
  }

  /** Reads a file, which measures it, or finds none. */
  read(path: string): Uint8Array | undefined {
    const content = this.disk.read(path, this.value('root'))
    if (content !== undefined) this.#measure(filePcr, content, path)
    return content
  }

  /** Measures text that it acts on. */
  measureText(kind: 'grub_cmd' | 'kernel_cmdline', text: string): void {
    this.#measure(textPcr, new TextEncoder().encode(text), `${kind}: ${text}`)
  }

  addEntry(entry: MenuEntry): void {
    this.#menu.push(entry)
  }

  /** Runs a script; errors name it. */
  runScript(name: string, script: Uint8Array): boolean {
    if (++this.#nesting > maxNesting) throw new WireError('scripts are nested too deeply', [name])
    try {
      return this.run(parseGrubScript(script))
    } catch (error) {
      if (error instanceof WireError && error.path[0] === 'line')
        throw new WireError(error.reason, [name, ...error.path])
      throw error
    } finally {
      this.#nesting--
    }
  }

  /** Runs a configuration with a menu of its own, and then the entry that is chosen when nobody is there. */
  runConfiguration(name: string, script: Uint8Array): boolean {
    const outer = this.#menu
    this.#menu = []
    this.runScript(name, script)
    if (!this.hasBooted && this.#menu.length > 0) this.#runEntry(this.#defaultEntry(name))
    this.#menu = outer
    return this.#status
  }

  run(statements: readonly Statement[]): boolean {
    for (const statement of statements) {
      if (this.hasBooted) break
      this.#runStatement(statement)
    }
    return this.#status
  }

  #runStatement(statement: Statement): void {
    switch (statement.kind) {
      case 'command':
        this.#status = this.#runCommand(statement)
        break
      case 'function':
        this.#functions.set(statement.name, statement.body)
        break
      case 'if': {
        const branch = statement.branches.find(({ condition }) => this.run(condition))
        this.#status = true
        if (!this.hasBooted) this.run(branch?.body ?? statement.otherwise)
        break
      }
    }
  }

  #runCommand({ words, block, line }: Extract<Statement, { kind: 'command' }>): boolean {
    const given = argumentsOf(words, (name) => this.value(name))
    const [name, ...rest] = given
    if (name === undefined) return this.#status
    if (++this.#commandCount > maxCommands) throw new WireError('runs too many commands', ['line', line])
    this.measureText('grub_cmd', [...given, ...(block === undefined ? [] : [block.text])].join(' '))
    if (name === '!') return !this.#perform(rest, block, line)
    return this.#perform(given, block, line)
  }

  #perform(given: readonly string[], block: Block | undefined, line: number): boolean {
    const [name = '', ...rest] = given
    const command = this.#commands.get(name)
    const body = this.#functions.get(name)
    if (command !== undefined) return atLine(line, () => command(this, rest, block))
    if (body !== undefined) return this.#call(body, rest)
    const [, variable, value = ''] = /^([^=]+)=(.*)$/s.exec(name) ?? []
    if (variable === undefined) throw new WireError(`what ${name} does is not known`, ['line', line])
    return atLine(line, () => this.assign(variable, value))
  }

  #call(body: readonly Statement[], parameters: readonly string[]): boolean {
    if (++this.#nesting > maxNesting) throw new WireError('functions are nested too deeply')
    const outer = this.#parameters
    this.#parameters = parameters
    this.#status = true
    const status = this.run(body)
    this.#parameters = outer
    this.#nesting--
    return status
  }

  /** Sets a variable; a new prefix makes GRUB read its lists of modules there. */
  assign(name: string, value: string): boolean {
    this.variables.set(name, value)
    if (name === 'prefix') {
      const lists = ['command.lst', 'fs.lst', 'crypto.lst', 'terminal.lst']
      for (const list of lists) this.read(`${value}/x86_64-efi/${list}`)
    }
    return true
  }

  #defaultEntry(name: string): MenuEntry {
    const wanted = this.value('default') || '0'
    const entry = /^\d+$/.test(wanted)
      ? this.#menu[Number(wanted)]
      : this.#menu.find(({ title, id }) => id === wanted || title === wanted)
    if (entry === undefined) throw new WireError(`no entry of the menu is ${wanted}`, [name])
    return entry
  }

  #runEntry({ title, id, body }: MenuEntry): void {
    this.variables.set('chosen', id ?? title)
    this.#parameters = [title]
    this.measureText('grub_cmd', `setparams ${title}`)
    this.run(body)
    if (this.hasKernel) this.hasBooted = true
  }

  #measure(pcr: number, measured: Uint8Array, description: string): void {
    this.events.push({ pcr, type: EV.IPL, measured: [measured], data: new TextEncoder().encode(`${description}\0`) })
  }
}

function atLine<T>(line: number, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (error instanceof WireError && error.path.length === 0) throw new WireError(error.reason, ['line', line])
    throw error
  }
}
