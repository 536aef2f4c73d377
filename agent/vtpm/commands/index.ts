import type { Implemented } from '../implement.ts'
import { capabilityCommands } from './capability.ts'
import { clockCommands } from './clock.ts'
import { hashSequenceCommands } from './hash-sequences.ts'
import { integrityCollectionCommands } from './integrity-collection.ts'
import { nvDataCommands } from './nv-data.ts'
import { nvDefinitionCommands } from './nv-definition.ts'
import { randomCommands } from './random.ts'
import { signingCommands } from './signing.ts'
import { startupCommands } from './startup.ts'
import { testingCommands } from './testing.ts'

/** Every command this TPM has, chapter by chapter. */
const chapters: readonly (readonly Implemented[])[] = [
  startupCommands,
  testingCommands,
  randomCommands,
  integrityCollectionCommands,
  hashSequenceCommands,
  signingCommands,
  clockCommands,
  nvDefinitionCommands,
  nvDataCommands,
  capabilityCommands(() => commandTable),
]

export const commandTable: ReadonlyMap<number, Implemented> = new Map(
  chapters.flat().map((row) => [row.command.code, row]),
)
