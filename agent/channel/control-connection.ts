import { type Socket } from 'node:net'
import { concat, Reader, Writer } from '../../core/bytes/index.ts'
import {
  type ControlCommand,
  controlCommands,
  type ControlScope,
  maxHashDataBytes,
  RESULT,
} from './control-commands.ts'

const codeBytes = 4

/** A whole command, or what to answer to something that is none. */
type Parsed = { readonly command: ControlCommand; readonly body: Uint8Array } | { readonly refused: number }

/**
 * Serves one control connection of swtpm's protocol: UINT32 command and body in; UINT32 result and body out, in one
 * write. Commands that follow one another are answered in order.
 */
export function serveControl(socket: Socket, scope: ControlScope, onShutdown: () => void): void {
  let buffered: Uint8Array = new Uint8Array(0)
  let padBytes = 0
  let serving = false

  const take = (): Parsed | undefined => {
    if (buffered.length < codeBytes) return undefined
    // No command has the number 0: these zeros are still the padding of the one before.
    if (padBytes > 0 && new Reader(buffered).u32() === 0) buffered = buffered.subarray(padBytes)
    padBytes = 0
    const reader = new Reader(buffered)
    if (reader.left < codeBytes) return undefined
    const command = controlCommands.get(reader.u32())
    if (command === undefined) return refuse(RESULT.badOrdinal)
    if (reader.left < command.bodyBytes) return undefined
    const more = command.sizesMore ? new Reader(buffered.subarray(codeBytes)).u32() : 0
    if (more > maxHashDataBytes) return refuse(RESULT.badParameter)
    const bodyBytes = command.bodyBytes + more
    if (reader.left < bodyBytes) return undefined
    const body = reader.bytes(bodyBytes)
    buffered = buffered.subarray(codeBytes + bodyBytes)
    padBytes = command.padBytes
    return { command, body }
  }
  // Nobody knows how long the body of an unknown command is: what came with it goes with it.
  const refuse = (refused: number): Parsed => {
    buffered = new Uint8Array(0)
    return { refused }
  }

  const answerAll = async (): Promise<void> => {
    for (let parsed = take(); parsed !== undefined; parsed = take()) {
      const answer = await answerTo(parsed, scope, socket)
      const isLast = 'command' in parsed && parsed.command.name === 'SHUTDOWN'
      if (isLast) {
        socket.end(answer, onShutdown)
        return
      }
      if (!socket.writable) return
      socket.write(answer)
    }
  }
  const serve = (): void => {
    if (serving) return
    serving = true
    socket.pause()
    answerAll().then(
      () => {
        serving = false
        socket.resume()
      },
      () => socket.destroy(),
    )
  }

  socket.on('data', (chunk) => {
    buffered = concat(buffered, chunk)
    serve()
  })
}

async function answerTo(parsed: Parsed, scope: ControlScope, client: Socket): Promise<Uint8Array> {
  if ('refused' in parsed) return resultWord(parsed.refused)
  const { command, body } = parsed
  if (command.needsPower && !scope.tpm.powered) return resultWord(RESULT.badOrdinal)
  const answer = await command.run(scope, new Reader(body), client)
  if (typeof answer === 'number') return resultWord(answer)
  return command.bare ? answer : concat(resultWord(RESULT.success), answer)
}

function resultWord(result: number): Uint8Array {
  return new Writer().u32(result).done()
}
