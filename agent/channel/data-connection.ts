import { type Socket } from 'node:net'
import { MessageSplitter } from './message-splitter.ts'

/** What a data connection asks of the TPM: the response to a command, at the locality in force. */
export type Execute = (command: Uint8Array) => Uint8Array | Promise<Uint8Array>

/**
 * Serves one data connection of swtpm's protocol: bare commands in, bare responses out, each in one write
 * (libtss2-tcti-swtpm reads once). A client that goes away in the middle of a command leaves no trace of it.
 */
export function serveData(socket: Socket, execute: Execute): void {
  const splitter = new MessageSplitter()

  const answerAll = (): void => {
    for (let command = splitter.next(); command !== undefined; command = splitter.next()) {
      const response = execute(command)
      if (response instanceof Promise) {
        // Nothing more is read while a command runs: at most one chunk waits in memory.
        socket.pause()
        response.then(goOn, giveUp)
        return
      }
      answer(response)
    }
  }
  const goOn = (response: Uint8Array): void => {
    answer(response)
    answerAll()
    socket.resume()
  }
  const giveUp = (): void => {
    socket.destroy()
  }
  const answer = (response: Uint8Array): void => {
    if (!socket.writable) return
    socket.write(response)
    if (splitter.lost) socket.end()
  }

  socket.on('data', (chunk) => {
    splitter.push(chunk)
    answerAll()
  })
}
