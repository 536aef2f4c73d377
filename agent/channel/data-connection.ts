import { type Socket } from 'node:net'
import { busyPoll } from './busy-poll.ts'
import { CommandIntake, frameResponse, type Incoming } from './command-intake.ts'

/** What a data connection asks of the TPM: the response to a command, at the locality in force unless another is given. */
export type Execute = (command: Uint8Array, locality?: number) => Uint8Array | Promise<Uint8Array>

/** For so long the rest of a command may take; swtpm does not wait at all, and its clients send each in one write. */
const patienceMs = 50

/**
 * Serves one data connection of swtpm's protocol: commands in, responses out, each in one write (libtss2-tcti-swtpm
 * reads once). A client that goes away in the middle of a command leaves no trace of it.
 */
export function serveData(socket: Socket, execute: Execute, { disconnects = false, takesFrames = true } = {}): void {
  const intake = new CommandIntake(takesFrames)
  let overdue: NodeJS.Timeout | undefined

  const run = ({ command, framedLocality }: Incoming): void => {
    const isFramed = framedLocality !== undefined
    const response = execute(command, framedLocality)
    if (!(response instanceof Promise)) {
      answer(response, isFramed)
      return
    }
    // Nothing more is read while a command runs: at most one chunk waits in memory.
    socket.pause()
    response.then(
      (late) => {
        socket.resume()
        answer(late, isFramed)
      },
      () => socket.destroy(),
    )
  }
  const answer = (response: Uint8Array, isFramed: boolean): void => {
    const isTaken = !socket.writable || socket.write(isFramed ? frameResponse(response) : response)
    if (disconnects) socket.end()
    busyPoll.answered()
    if (isTaken) return
    // Without this a client that sends and never reads would fill the memory with responses.
    socket.pause()
    socket.once('drain', () => socket.resume())
  }

  socket.on('data', (chunk) => {
    busyPoll.arrived()
    clearTimeout(overdue)
    const incoming = intake.push(chunk)
    if (incoming !== undefined) run(incoming)
    else if (intake.isWaiting)
      overdue = setTimeout(() => {
        run(intake.take())
      }, patienceMs)
  })
  // Who says that nothing more comes may still read: its last command is answered, whole or not.
  socket.allowHalfOpen = true
  socket.once('end', () => {
    clearTimeout(overdue)
    if (intake.isWaiting) run(intake.take())
    socket.end()
  })
  socket.once('close', () => {
    clearTimeout(overdue)
  })
}
