import { type Readable } from 'node:stream'

/** Hands out the lines of a stream one by one. */
export class LineReader {
  #buffered = ''
  readonly #lines: string[] = []
  #onNews: () => void = () => undefined
  #hasEnded = false

  constructor(from: Readable) {
    from.setEncoding('latin1')
    from.on('data', (chunk: string) => {
      const pieces = (this.#buffered + chunk).split('\n')
      this.#buffered = pieces.pop() ?? ''
      this.#lines.push(...pieces.map((line) => line.replace(/\r$/, '')))
      this.#onNews()
    })
    for (const ending of ['end', 'close', 'error'])
      from.once(ending, () => {
        this.#hasEnded = true
        this.#onNews()
      })
  }

  /** The next line, or undefined once the stream has ended or is gone. */
  async next(): Promise<string | undefined> {
    while (this.#lines.length === 0 && !this.#hasEnded) await new Promise<void>((resolve) => (this.#onNews = resolve))
    return this.#lines.shift()
  }
}
