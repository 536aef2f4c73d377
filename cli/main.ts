import { text } from 'node:stream/consumers'
import packageJson from '../package.json' with { type: 'json' }
import { run } from './program.ts'
import { processTerminal } from './terminal.ts'

// A reader that has seen enough (`bootlatch decision list | head -3`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

const exitCode = await run(process.argv.slice(2), {
  terminal: processTerminal(process),
  env: process.env,
  nowMs: Date.now,
  readInput: () => text(process.stdin),
  version: packageJson.version,
})
if (exitCode !== 0) process.exitCode = exitCode
