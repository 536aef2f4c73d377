import Table from 'cli-table3'
import pc from 'picocolors'
import { fitColumns, wrap } from './fit-columns.ts'
import { printable } from './printable.ts'

/** Why a text is coloured. */
export type Tone = 'good' | 'bad' | 'warn' | 'dim' | 'strong'

/** One piece of text with its tone; a plain string has none. */
export type Cell = string | { readonly text: string; readonly tone: Tone }

export const toned = (tone: Tone, text: string): Cell => ({ text, tone })

const palettes = {
  plain: pc.createColors(false),
  coloured: pc.createColors(true),
} as const

const brush = { good: 'green', bad: 'red', warn: 'yellow', dim: 'dim', strong: 'bold' } as const

const noLines = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
    'middle',
  ].map((name) => [name, '']),
)

/** What a command shows to a person. Every text is made printable here, whoever it came from. */
export class Page {
  readonly #palette: ReturnType<typeof pc.createColors>
  readonly #columns: number | undefined
  #text = ''

  constructor(surface: { readonly colours: boolean; readonly columns?: number | undefined }) {
    this.#palette = surface.colours ? palettes.coloured : palettes.plain
    this.#columns = surface.columns
  }

  get text(): string {
    return this.#text
  }

  /** One line of pieces, put together without a space. */
  line(...cells: readonly Cell[]): this {
    this.#text += `${cells.map((cell) => this.#paint(cell)).join('')}\n`
    return this
  }

  /** Text of several lines as its author wrote it; only a terminal is spared what acts on it. */
  document(text: string): this {
    if (this.#columns === undefined) this.#text += text
    else for (const line of text.replace(/\n$/, '').split('\n')) this.line(line.replaceAll('\t', '    '))
    return this
  }

  /** Name and value, one a line, the values under each other. */
  facts(rows: readonly (readonly [name: string, ...values: readonly Cell[]])[]): this {
    const width = Math.max(...rows.map(([name]) => name.length))
    for (const [name, ...values] of rows) this.line(toned('dim', name.padEnd(width + 2)), ...values)
    return this
  }

  /** A table without lines that wraps within its columns where the terminal ends; nothing of a cell is left out. */
  table(head: readonly string[], rows: readonly (readonly Cell[])[]): this {
    const widths = this.#widths(head, rows)
    const shown = (row: readonly Cell[]) => row.map((cell, i) => this.#wrapped(cell, widths[i] ?? Infinity))
    const table = new Table({
      chars: noLines,
      style: { 'padding-left': 0, 'padding-right': 2, head: [], border: [], compact: true },
    })
    table.push(shown(head.map((name) => toned('dim', name))))
    for (const row of rows) table.push(shown(row))
    this.#text += `${table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n')}\n`
    return this
  }

  /** None where there is no terminal: then nothing is wrapped. */
  #widths(head: readonly string[], rows: readonly (readonly Cell[])[]): readonly number[] {
    if (this.#columns === undefined) return []
    const widest = head.map((name, i) => Math.max(...[name, ...rows.map((row) => plain(row[i] ?? ''))].map(lengthOf)))
    return fitColumns(widest, this.#columns)
  }

  #wrapped(cell: Cell, width: number): string {
    const [text, tone] = typeof cell === 'string' ? [cell] : [cell.text, cell.tone]
    return wrap(printable(text), width)
      .map((line) => this.#paint(tone === undefined ? line : { text: line, tone }))
      .join('\n')
  }

  #paint(cell: Cell): string {
    const text = plain(cell)
    return typeof cell === 'string' ? text : this.#palette[brush[cell.tone]](text)
  }
}

const lengthOf = (text: string): number => text.length
const plain = (cell: Cell): string => printable(typeof cell === 'string' ? cell : cell.text)
