import type { ReadStream } from 'node:tty'
import type { Writable } from 'node:stream'

/** A terminal to ask a person on. */
export interface Terminal {
  readonly input: Pick<ReadStream, 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'>
  readonly output: Pick<Writable, 'write'>
}

const key = { enter: [0x0a, 0x0d], endOfInput: 0x04, interrupt: 0x03, erase: [0x08, 0x7f], eraseLine: 0x15 } as const

/** The person gave up (Ctrl-C). */
export class PromptInterrupted extends Error {
  override readonly name = 'PromptInterrupted'
  constructor() {
    super('interrupted')
  }
}

/** Bytes of the last character, to erase it whole (RFC 3629: continuation bytes are 10xxxxxx). */
function sizeOfLastCharacter(typed: readonly number[]): number {
  let size = 1
  while (size < typed.length && ((typed[typed.length - size] ?? 0) & 0xc0) === 0x80) size += 1
  return Math.min(size, typed.length)
}

/**
 * Reads one line from a terminal and shows nothing of it.
 * @throws PromptInterrupted
 */
export function promptWithoutEcho(terminal: Terminal, question: string): Promise<Uint8Array> {
  const { input, output } = terminal
  return new Promise((resolve, reject) => {
    const typed: number[] = []
    const finish = (end: () => void): void => {
      input.off('data', onData)
      input.setRawMode(false)
      input.pause()
      output.write('\n')
      end()
      typed.fill(0)
    }
    const onData = (chunk: Uint8Array): void => {
      for (const byte of chunk) {
        if (byte === key.interrupt) {
          finish(() => {
            reject(new PromptInterrupted())
          })
          return
        }
        if (byte === key.endOfInput || byte === key.enter[0] || byte === key.enter[1]) {
          finish(() => {
            resolve(Uint8Array.from(typed))
          })
          return
        }
        if (byte === key.erase[0] || byte === key.erase[1]) typed.length -= sizeOfLastCharacter(typed)
        else if (byte === key.eraseLine) typed.length = 0
        else typed.push(byte)
      }
    }
    // Echo is off before anybody is asked to type.
    input.setRawMode(true)
    output.write(question)
    input.on('data', onData)
    input.resume()
  })
}
