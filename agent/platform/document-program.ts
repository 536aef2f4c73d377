import { execFile } from 'node:child_process'
import { maxPlatformDocumentBytes } from '../../core/evidence/index.ts'
import { patienceMs, PlatformDocumentError, type PlatformSource } from './platform-source.ts'

const maxMessageChars = 200

/**
 * A program that prints the document for the nonce that is its one argument. It runs without a shell and without the
 * environment of the agent, for a bounded time.
 */
export function documentProgram(path: string, limitMs: number = patienceMs): PlatformSource {
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }
  const limits = { timeout: limitMs, killSignal: 'SIGKILL', maxBuffer: maxPlatformDocumentBytes + 1 } as const
  return (nonce) =>
    new Promise((resolve, reject) => {
      execFile(path, [nonce], { ...limits, env, encoding: 'buffer' }, (error, stdout, stderr) => {
        const document = withoutLineEnd(stdout)
        if (error === null && document.length > 0 && document.length <= maxPlatformDocumentBytes) resolve(document)
        else reject(new PlatformDocumentError(`${path}: ${whatHappened(error, stderr)}`, { cause: error ?? undefined }))
      })
    })
}

function whatHappened(error: Error | null, stderr: Uint8Array): string {
  if (error === null) return 'printed no document'
  const { code, killed } = error as { readonly code?: unknown; readonly killed?: boolean }
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'printed more than a document'
  if (killed === true) return 'took too long'
  if (typeof code !== 'number') return `cannot be run (${String(code)})`
  const [line = ''] = new TextDecoder().decode(stderr).split('\n', 1)
  return `ended with ${code}${line === '' ? '' : `: ${line.slice(0, maxMessageChars)}`}`
}

const lineFeed = 0x0a

function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes.at(-1) === lineFeed ? bytes.subarray(0, -1) : bytes)
}
