import { bootTokenBytes, bootTokenHash, maxBootTokens, type MachineFolder } from '../config/index.ts'

/** The boot tokens of one request. */
export interface BootTokenDraw {
  /** All that the server may know by hash: the one it confirmed last, and those offered in requests without an answer. */
  readonly shown: readonly Uint8Array[]
  readonly nextHash: Uint8Array
  /** The request was admitted: the offered token is the only one that counts. */
  confirm(): void
  /** The request was refused: the offered token never counts. */
  withdraw(): void
}

/**
 * Draws the token that a request offers, on the disk before the request is made: whatever is lost after that, this machine
 * can show what the server expects, and a copy made before cannot.
 */
export function drawBootToken(machine: MachineFolder, random: (size: number) => Uint8Array): BootTokenDraw {
  const shown = machine.bootTokens()
  const newest = shown.at(-1)
  // So many answers in a row were lost that the newest token is offered again: it is not known to have arrived either.
  const next = shown.length < maxBootTokens || newest === undefined ? random(bootTokenBytes) : newest
  const isFresh = next !== newest
  if (isFresh) machine.keepBootTokens([...shown, next])
  return {
    shown,
    nextHash: bootTokenHash(next),
    confirm() {
      machine.keepBootTokens([next])
    },
    withdraw() {
      if (isFresh) machine.keepBootTokens(shown)
    },
  }
}
