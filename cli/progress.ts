import type { Terminal } from './terminal.ts'

/** Shorter waits go unnoticed. */
const patienceMs = 1000
const frameMs = 120
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** Says on stderr what is waited for as soon as the wait has lasted a second. */
export async function withProgress<Result>(terminal: Terminal, doing: string, work: Promise<Result>): Promise<Result> {
  const started = performance.now()
  let frame = 0
  const draw = () => {
    const seconds = Math.floor((performance.now() - started) / 1000)
    terminal.err(`\r${frames[frame++ % frames.length] ?? ''} ${doing} (${seconds} s)`)
  }
  let animation: NodeJS.Timeout | undefined
  const patience = setTimeout(() => {
    if (terminal.animated) animation = setInterval(draw, frameMs)
    else terminal.err(`${doing} …\n`)
  }, patienceMs)
  try {
    return await work
  } finally {
    clearTimeout(patience)
    clearInterval(animation)
    if (animation !== undefined) terminal.err('\r\u001b[K')
  }
}
