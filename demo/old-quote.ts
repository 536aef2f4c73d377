/** A machine that answers the challenge of a boot with the quote of an earlier one. */
import { randomBytes } from 'node:crypto'
import { emulatedTpmHost } from '../agent/attest/index.ts'
import { measuredHere, recordedBoot } from '../agent/boot/index.ts'
import { DiskFolder } from '../agent/config/index.ts'
import {
  GateError,
  grpcGateClient,
  systemClock,
  type BootGate,
  type GateClient,
  type ReleaseRequest,
} from '../agent/gate/index.ts'
import { unlock } from '../agent/unlock/index.ts'

/** Lets the first request for keys pass and keeps its quote; every later one is made with that quote. */
class RepeatedQuote implements GateClient {
  #first: ReleaseRequest | undefined

  join(...where: Parameters<GateClient['join']>): ReturnType<GateClient['join']> {
    return grpcGateClient.join(...where)
  }

  boot(...who: Parameters<GateClient['boot']>): BootGate {
    const gate = grpcGateClient.boot(...who)
    return {
      powerOn: (...request) => gate.powerOn(...request),
      challenge: (bootId) => gate.challenge(bootId),
      release: (request) => {
        const { core, attest, signature } = (this.#first ??= request)
        return gate.release({ ...request, core, attest, signature })
      },
      depositKey: (deposit) => gate.depositKey(deposit),
      attest: (asked) => gate.attest(asked),
      close: () => {
        gate.close()
      },
    }
  }
}

/** Boots twice in the same way; answers the exit code that `bootlatch-agent unlock` would have ended the second boot with. */
export async function unlockWithOldQuote(
  state: string,
  log: string,
): Promise<{ readonly code: number; readonly errors: string }> {
  const tools = {
    files: new DiskFolder(state),
    gates: new RepeatedQuote(),
    tpms: emulatedTpmHost,
    random: (size: number) => new Uint8Array(randomBytes(size)),
    clock: systemClock,
    hostName: 'demo',
    tell: () => undefined,
  }
  const request = { measure: measuredHere(await recordedBoot(log)), volumes: [], test: true, waitMs: 1000 }
  await unlock(tools, request)
  try {
    await unlock(tools, request)
    return { code: 0, errors: '' }
  } catch (error) {
    if (error instanceof GateError && error.problem === 'refused') return { code: 3, errors: '' }
    return { code: 1, errors: String(error) }
  }
}
