import { spawn } from 'node:child_process'

const maxOutputChars = 8 << 20 // a LUKS2 header has at most 4 MiB of JSON
const maxMessageChars = 4096

/** cryptsetup did not do what it was asked to; the message is its own first line. */
export class CryptsetupError extends Error {
  override readonly name = 'CryptsetupError'
  readonly exitCode: number | undefined
  constructor(message: string, exitCode?: number, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** Its exit codes (cryptsetup(8)), for where it says nothing. */
const meanings: Readonly<Record<number, string>> = {
  1: 'cryptsetup does not take what it was asked',
  2: 'the key given opens no keyslot of the volume',
  3: 'cryptsetup ran out of memory',
  4: 'no such device, or it may not be opened',
  5: 'the device is there already, or in use',
}

/**
 * Runs cryptsetup to its end. What is secret travels on its standard input, never in its arguments.
 * @throws CryptsetupError if it is missing, or ends with anything but 0.
 */
export function runCryptsetup(args: readonly string[], input: Uint8Array = new Uint8Array(0)): Promise<string> {
  return new Promise((resolve, reject) => {
    const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
    const child = spawn('cryptsetup', args, {
      env: { PATH: path, LC_ALL: 'C' },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let output = ''
    let message = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output.length <= maxOutputChars) output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (message.length <= maxMessageChars) message += text
    })
    child.once('error', (cause) => {
      reject(new CryptsetupError(`cryptsetup cannot be started: ${cause.message}`, undefined, { cause }))
    })
    child.once('close', (code) => {
      if (code === 0 && output.length <= maxOutputChars) resolve(output)
      else
        reject(new CryptsetupError(complaint(message) ?? meanings[code ?? 0] ?? 'cryptsetup failed', code ?? undefined))
    })
    // It may end before it has read what it was given.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

function complaint(message: string): string | undefined {
  return message
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '')
}
