import { type Socket } from 'node:net'
import { concat, Reader, Writer } from '../../core/bytes/index.ts'
import { type ControlCommand, controlCommands, type ControlScope } from './control-commands.ts'
import { RESULT } from './control-result.ts'

const codeBytes = 4
const moreSizeBytes = 4

/** A command with its whole body, or what to answer to something that is none. */
type Parsed =
  | { readonly command: ControlCommand; readonly body: Uint8Array; readonly hasExcess: boolean }
  | { readonly refused: number }

/**
 * Serves one control connection of swtpm's protocol: UINT32 command and body in; UINT32 result and body out, in one
 * write. What arrives is one command, as swtpm takes it: behind some QEMU sends padding, and libtss2-tcti-swtpm does not.
 */
export function serveControl(socket: Socket, scope: ControlScope, onShutdown: () => void): void {
  let buffered: Uint8Array = new Uint8Array(0)

  socket.on('data', (chunk) => {
    buffered = concat(buffered, chunk)
    const parsed = parseCommand(buffered)
    if (parsed === undefined) return
    buffered = new Uint8Array(0)
    socket.pause()
    answerTo(parsed, scope, socket).then(
      (answer) => {
        if ('command' in parsed && parsed.command.name === 'SHUTDOWN' && answer.every((byte) => byte === 0)) {
          socket.end(answer, onShutdown)
          return
        }
        // Without this a client that asks for blobs and never reads would fill the memory with them.
        if (!socket.writable || socket.write(answer)) socket.resume()
        else socket.once('drain', () => socket.resume())
      },
      () => socket.destroy(),
    )
  })
}

/** What the bytes say; undefined where a body waits for its rest. */
function parseCommand(bytes: Uint8Array): Parsed | undefined {
  if (bytes.length < codeBytes) return undefined
  const reader = new Reader(bytes)
  const command = controlCommands.get(reader.u32())
  if (command === undefined) return { refused: RESULT.badOrdinal }
  if (reader.left < command.bodyBytes) return command.isWhole ? { refused: RESULT.badParameter } : undefined
  const moreBytes = sizeOfMore(command, reader)
  if (moreBytes > command.maxMoreBytes) return { refused: RESULT.badParameter }
  if (reader.left < command.bodyBytes + moreBytes) return undefined
  const body = reader.bytes(command.bodyBytes + moreBytes)
  return { command, body, hasExcess: reader.left > 0 }
}

/** The last word of the fixed part says how much more there is. */
function sizeOfMore({ bodyBytes, maxMoreBytes }: ControlCommand, reader: Reader): number {
  if (maxMoreBytes === 0) return 0
  const at = reader.offset
  reader.seek(at + bodyBytes - moreSizeBytes)
  const size = reader.u32()
  reader.seek(at)
  return size
}

async function answerTo(parsed: Parsed, scope: ControlScope, client: Socket): Promise<Uint8Array> {
  if ('refused' in parsed) return resultWord(parsed.refused)
  const { command, body, hasExcess } = parsed
  if (command.needsMover && scope.mover === undefined) return resultWord(RESULT.badOrdinal)
  if (command.needsPower && !scope.tpm.powered) return resultWord(RESULT.badOrdinal)
  if (command.isExact && hasExcess) return resultWord(RESULT.badParameter)
  const answer = await command.run(scope, new Reader(body), client)
  if (typeof answer === 'number') return resultWord(answer)
  return command.isBare ? answer : concat(resultWord(RESULT.success), answer)
}

function resultWord(result: number): Uint8Array {
  return new Writer().u32(result).done()
}
