import { setTimeout as pause } from 'node:timers/promises'
import { Reader } from '../../core/bytes/index.ts'
import { RC, type Transport } from '../../core/tpm/index.ts'

const responseCodeOffset = 6
const headerBytes = 10
const firstPauseMs = 5
/** Some two seconds in all, as the kernel's own driver waits. */
const retries = 9

/** Part 2, 6.6.3: the command was not begun, for a reason that passes. */
const passing: readonly number[] = [RC.retry, RC.testing, RC.yielded]

/** Gives a command again where the TPM says that it was not begun; after some tries its answer is passed on. */
export function patient(transport: Transport): Transport {
  return {
    async transmit(command) {
      for (let pauseMs = firstPauseMs, left = retries; ; pauseMs *= 2, left--) {
        const response = await transport.transmit(command)
        if (left === 0 || !passing.includes(responseCode(response))) return response
        await pause(pauseMs)
      }
    },
  }
}

function responseCode(response: Uint8Array): number {
  if (response.length < headerBytes) return RC.success
  const from = new Reader(response)
  from.seek(responseCodeOffset)
  return from.u32()
}
