/** Starting and stopping the product's programs, as a user would: the built ones, by their paths. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { once } from 'node:events'
import { createServer } from 'node:net'

export type Program = 'bootlatch' | 'bootlatch-agent' | 'bootlatch-server'

/** What a program left when it ended. */
export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly errors: string
}

const limitMs = 60_000

function launch(
  program: Program,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  return spawn(`dist/bin/${program}`, args, {
    env: { ...process.env, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function collect(child: ChildProcess): { readonly out: () => string; readonly errors: () => string } {
  const texts = { out: '', errors: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (texts.out += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (texts.errors += text))
  return { out: () => texts.out, errors: () => texts.errors }
}

/** Runs a program to its end; after a minute it is killed. */
export async function run(
  program: Program,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = launch(program, args, environment)
  const texts = collect(child)
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs)
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(timer)
  return { code, out: texts.out(), errors: texts.errors() }
}

/** Runs a program that must succeed. */
export async function must(
  program: Program,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const ended = await run(program, args, environment)
  if (ended.code !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${ended.code ?? 'a signal'}\n${ended.errors}${ended.out}`)
  return ended.out
}

export interface Running {
  /** The JSON line `ready`. */
  readonly ready: Readonly<Record<string, unknown>>
  stop(): Promise<void>
}

/** Starts a program that prints one JSON line when it is ready, and goes on. */
export async function start(
  program: Program,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const child = launch(program, args, environment)
  const texts = collect(child)
  const closed = once(child, 'close')
  const line = await firstLine(child).catch((cause: unknown) => {
    child.kill('SIGKILL')
    throw new Error(`${program} did not get ready\n${texts.errors()}`, { cause })
  })
  return {
    ready: JSON.parse(line) as Readonly<Record<string, unknown>>,
    async stop() {
      child.kill('SIGTERM')
      await closed
    },
  }
}

/** The first line a program prints; an error if it ends before, or takes longer than a minute. */
async function firstLine(child: ChildProcess): Promise<string> {
  const waiting = new AbortController()
  const signal = AbortSignal.any([waiting.signal, AbortSignal.timeout(limitMs)])
  if (child.stdout === null) throw new TypeError('started with a pipe')
  const line = once(createInterface(child.stdout), 'line', { signal }).then(([text]) => String(text))
  const ended = once(child, 'close', { signal }).then(() => {
    throw new Error('it ended')
  })
  try {
    return await Promise.race([line, ended])
  } finally {
    waiting.abort()
    await Promise.allSettled([line, ended])
  }
}

/** A free TCP port below the ephemeral range, where no client can connect to itself. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    if (await isFree(port)) return port
  }
  throw new Error('no free port between 20000 and 32000')
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => {
      resolve(false)
    })
    server.listen(port, '127.0.0.1', () => {
      resolve(true)
    })
  })
  if (free) await new Promise((resolve) => server.close(resolve))
  return free
}
