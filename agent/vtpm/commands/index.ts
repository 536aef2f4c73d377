import type { Implemented } from '../implement.ts'
import { capabilityCommands } from './capability.ts'
import { clockCommands } from './clock.ts'
import { integrityCollectionCommands } from './integrity-collection.ts'
import { randomCommands } from './random.ts'
import { startupCommands } from './startup.ts'
import { testingCommands } from './testing.ts'

/** Every command this TPM has, chapter by chapter. */
const chapters: readonly (readonly Implemented[])[] = [
  startupCommands,
  testingCommands,
  randomCommands,
  integrityCollectionCommands,
  clockCommands,
  capabilityCommands(() => commandTable),
]

export const commandTable: ReadonlyMap<number, Implemented> = new Map(
  chapters.flat().map((row) => [row.command.code, row]),
)
