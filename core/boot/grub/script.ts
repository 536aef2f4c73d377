import { WireError } from '../../bytes/index.ts'

/** A piece of a word: text as it stands, or a variable to be put in. */
export type WordPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string; readonly isQuoted: boolean }

/** A word before its variables are put in. */
export interface Word {
  readonly parts: readonly WordPart[]
  /** A quoted word is an argument even where it comes out empty. */
  readonly isQuoted: boolean
}

/** The braces behind a menuentry: their text, from brace to brace. */
export interface Block {
  readonly text: string
  readonly body: readonly Statement[]
}

export type Statement =
  | {
      readonly kind: 'command'
      readonly line: number
      readonly words: readonly Word[]
      readonly block: Block | undefined
    }
  | {
      readonly kind: 'if'
      readonly branches: readonly { readonly condition: readonly Statement[]; readonly body: readonly Statement[] }[]
      readonly otherwise: readonly Statement[]
    }
  | { readonly kind: 'function'; readonly name: string; readonly body: readonly Statement[] }

const maxScriptBytes = 1 << 20
const maxDepth = 32
const loops: ReadonlySet<string> = new Set(['for', 'while', 'until', 'select', 'case'])
const closing: ReadonlySet<string> = new Set(['then', 'elif', 'else', 'fi', 'do', 'done'])

/**
 * Reads a script of GRUB (GRUB manual, 6.2 "Writing full configuration files directly").
 * @throws WireError with the line, if it is malformed or has loops, which are not predicted.
 */
export function parseGrubScript(bytes: Uint8Array): readonly Statement[] {
  if (bytes.length > maxScriptBytes) throw new WireError(`larger than ${maxScriptBytes} bytes`)
  const parser = new ScriptParser(new TextDecoder().decode(bytes))
  const statements = parser.statements([])
  parser.end()
  return statements
}

class ScriptParser {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Statements up to one of these words, which is left. */
  statements(until: readonly string[]): readonly Statement[] {
    if (++this.#depth > maxDepth) this.#fail('nested too deeply')
    const found: Statement[] = []
    this.#skipSeparators()
    while (!this.#isEnd() && !until.includes(this.#keyword())) {
      found.push(this.#statement())
      this.#skipSeparators()
    }
    this.#depth--
    return found
  }

  end(): void {
    if (!this.#isEnd()) this.#fail('does not belong here')
  }

  #statement(): Statement {
    const keyword = this.#keyword()
    if (keyword === '{' || keyword === '}') this.#fail(`${keyword} does not belong here`)
    if (loops.has(keyword)) this.#fail(`${keyword} is not predicted`)
    if (closing.has(keyword)) this.#fail(`${keyword} without its beginning`)
    if (keyword === 'if') return this.#condition()
    if (keyword === 'function') return this.#function()
    return this.#command()
  }

  #condition(): Statement {
    const branches: { condition: readonly Statement[]; body: readonly Statement[] }[] = []
    let otherwise: readonly Statement[] = []
    this.#expect('if')
    for (let more = true; more;) {
      const condition = this.statements(['then'])
      this.#expect('then')
      branches.push({ condition, body: this.statements(['elif', 'else', 'fi']) })
      more = this.#keyword() === 'elif'
      if (more) this.#expect('elif')
    }
    if (this.#keyword() === 'else') {
      this.#expect('else')
      otherwise = this.statements(['fi'])
    }
    this.#expect('fi')
    return { kind: 'if', branches, otherwise }
  }

  #function(): Statement {
    this.#expect('function')
    this.#skipBlanks()
    const name = this.#keyword()
    this.#expect(name)
    this.#skipSeparators()
    return { kind: 'function', name, body: this.#braces().body }
  }

  #command(): Statement {
    const line = this.#line()
    const words: Word[] = []
    this.#skipBlanks()
    while (!this.#isEnd() && !this.#isSeparator()) {
      if (this.#text[this.#at] === '{') return { kind: 'command', line, words, block: this.#braces() }
      words.push(this.#word())
      this.#skipBlanks()
    }
    return { kind: 'command', line, words, block: undefined }
  }

  #braces(): Block {
    const start = this.#at
    if (this.#text[this.#at++] !== '{') this.#fail('no {')
    const body = this.statements(['}'])
    if (this.#text[this.#at++] !== '}') this.#fail('no }')
    return { text: this.#text.slice(start, this.#at), body }
  }

  #word(): Word {
    const parts: WordPart[] = []
    let isQuoted = false
    while (!this.#isEnd() && !this.#isSeparator() && !this.#isBlank()) {
      const character = this.#text[this.#at] ?? ''
      if (character === "'") {
        parts.push({ kind: 'text', text: this.#singleQuoted() })
        isQuoted = true
      } else if (character === '"') {
        parts.push(...this.#doubleQuoted())
        isQuoted = true
      } else if (character === '$') parts.push(this.#variable(false))
      else if (character === '\\') parts.push({ kind: 'text', text: this.#escaped() })
      else {
        if (character === '|') this.#fail('a pipe is not predicted')
        parts.push({ kind: 'text', text: character })
        this.#at++
      }
    }
    return { parts, isQuoted }
  }

  #singleQuoted(): string {
    const end = this.#text.indexOf("'", this.#at + 1)
    if (end < 0) this.#fail('a quote is not closed')
    const text = this.#text.slice(this.#at + 1, end)
    this.#at = end + 1
    return text
  }

  #doubleQuoted(): readonly WordPart[] {
    const parts: WordPart[] = []
    this.#at++
    while (this.#text[this.#at] !== '"') {
      if (this.#isEnd()) this.#fail('a quote is not closed')
      const character = this.#text[this.#at] ?? ''
      if (character === '$') parts.push(this.#variable(true))
      else if (character === '\\' && '$"\\\n'.includes(this.#text[this.#at + 1] ?? ' ')) {
        parts.push({ kind: 'text', text: this.#escaped() })
      } else {
        parts.push({ kind: 'text', text: character })
        this.#at++
      }
    }
    this.#at++
    return parts
  }

  /** A backslash and what follows; a line's end after it is no part of anything. */
  #escaped(): string {
    const text = this.#text[this.#at + 1] ?? ''
    this.#at += 2
    return text === '\n' ? '' : text
  }

  #variable(isQuoted: boolean): WordPart {
    const [whole = '', braced, plain] =
      /^\$(?:\{([^}\n]+)\}|([A-Za-z_][A-Za-z0-9_]*|[0-9?#]))/.exec(this.#text.slice(this.#at, this.#at + 256)) ?? []
    const name = braced ?? plain
    if (name === undefined) return this.#fail('a $ without a name')
    this.#at += whole.length
    return { kind: 'variable', name, isQuoted }
  }

  #keyword(): string {
    return /^[^\s;{}"'$\\#]+|^[{}]/.exec(this.#text.slice(this.#at, this.#at + 64))?.[0] ?? ''
  }

  #expect(keyword: string): void {
    this.#skipSeparators()
    if (this.#keyword() !== keyword) this.#fail(`no ${keyword}`)
    this.#at += keyword.length
  }

  #skipBlanks(): void {
    for (;;) {
      if (this.#isBlank()) this.#at++
      else if (this.#text.startsWith('\\\n', this.#at)) this.#at += 2
      else if (this.#text[this.#at] === '#') this.#at = lineEnd(this.#text, this.#at)
      else return
    }
  }

  #skipSeparators(): void {
    this.#skipBlanks()
    while (this.#text[this.#at] === ';' || this.#text[this.#at] === '\n') {
      this.#at++
      this.#skipBlanks()
    }
  }

  #isBlank(): boolean {
    return ' \t\r'.includes(this.#text[this.#at] ?? '\n')
  }

  #isSeparator(): boolean {
    return ';\n}'.includes(this.#text[this.#at] ?? '\n')
  }

  #isEnd(): boolean {
    return this.#at >= this.#text.length
  }

  #line(): number {
    return this.#text.slice(0, this.#at).split('\n').length
  }

  #fail(reason: string): never {
    throw new WireError(reason, ['line', this.#line()])
  }
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}
