import type { Terminal } from './terminal.ts'

const width = 30

/** How far long work has come, on a line of stderr that changes; nothing where stderr is no terminal. */
export class ProgressBar {
  readonly #terminal: Terminal
  readonly #what: string
  #isShown = false

  constructor(terminal: Terminal, what: string) {
    this.#terminal = terminal
    this.#what = what
  }

  show(done: number, total: number): void {
    if (!this.#terminal.animated) return
    this.#isShown = true
    const filled = Math.round((width * done) / Math.max(1, total))
    this.#terminal.err(`\r[${'#'.repeat(filled).padEnd(width, '.')}] ${done} of ${total} ${this.#what}`)
  }

  clear(): void {
    if (this.#isShown) this.#terminal.err('\r\u001b[K')
    this.#isShown = false
  }
}
