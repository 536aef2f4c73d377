import type { FlowMachine } from './machine.ts'

/** The decision that a waiting machine has told its console of. */
export async function heldDecision(machine: FlowMachine): Promise<bigint> {
  const told = machine.told.length
  for (;;) {
    const line = machine.told.slice(told).find((text) => text.startsWith('held'))
    const number = /decision (\d+)/.exec(line ?? '')?.[1]
    if (number !== undefined) return BigInt(number)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
