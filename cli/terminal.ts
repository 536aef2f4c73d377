import { createInterface, type Interface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** Where a command writes and whom it can ask. */
export interface Terminal {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly outColours: boolean
  readonly errColours: boolean
  /** Width of stdout, undefined where it is no terminal. */
  readonly columns: number | undefined
  /** True where stderr can show a line that changes. */
  readonly animated: boolean
  /** Asks a person; undefined where none is there. */
  readonly ask: ((question: string) => Promise<string>) | undefined
  /** The same, without showing the answer. */
  readonly askHidden?: ((question: string) => Promise<string>) | undefined
}

interface Streams {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  readonly env: NodeJS.ProcessEnv
}

/** https://no-color.org: any non-empty value switches colours off. */
function wantsColours(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
}

/** The question goes to stderr, so that stdout stays what the command answers; end of input is an empty answer. */
async function askOn(streams: Streams, question: string): Promise<string> {
  const { stdin, stderr } = streams
  return await answerTo(createInterface({ input: stdin, output: stderr }), streams, question)
}

/** What is typed is echoed to nowhere: readline takes the terminal's own echo away. */
async function askHiddenOn(streams: Streams, question: string): Promise<string> {
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done()
    },
  })
  streams.stderr.write(question)
  return await answerTo(createInterface({ input: streams.stdin, output: nowhere, terminal: true }), streams, '')
}

async function answerTo(lines: Interface, { stderr }: Streams, question: string): Promise<string> {
  try {
    const closed = new Promise<string>((resolve) =>
      lines.once('close', () => {
        stderr.write('\n')
        resolve('')
      }),
    )
    return await Promise.race([lines.question(question), closed])
  } finally {
    lines.removeAllListeners('close').close()
  }
}

/** The terminal of a process. */
export function processTerminal(streams: Streams): Terminal {
  const { stdin, stdout, stderr, env } = streams
  return {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    outColours: wantsColours(stdout, env),
    errColours: wantsColours(stderr, env),
    columns: stdout.isTTY ? stdout.columns : undefined,
    animated: stderr.isTTY && env['TERM'] !== 'dumb',
    ask: stdin.isTTY && stderr.isTTY ? (question) => askOn(streams, question) : undefined,
    askHidden: stdin.isTTY && stderr.isTTY ? (question) => askHiddenOn(streams, question) : undefined,
  }
}
