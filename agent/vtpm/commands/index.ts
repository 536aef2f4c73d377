import type { Implemented } from '../implement.ts'
import { asymmetricCommands } from './asymmetric.ts'
import { attestationCommands } from './attestation.ts'
import { capabilityCommands } from './capability.ts'
import { certifyX509Commands } from './certify-x509.ts'
import { clockCommands } from './clock.ts'
import { commandAuditCommands } from './command-audit.ts'
import { contextCommands } from './context.ts'
import { createLoadedCommands } from './create-loaded.ts'
import { dictionaryAttackCommands } from './dictionary-attack.ts'
import { duplicationCommands } from './duplication.ts'
import { ephemeralCommands } from './ephemeral.ts'
import { hashSequenceCommands } from './hash-sequences.ts'
import { hierarchyCommands } from './hierarchy.ts'
import { integrityCollectionCommands } from './integrity-collection.ts'
import { loadCommands } from './load.ts'
import { miscellaneousManagementCommands } from './miscellaneous-management.ts'
import { nvDataCommands } from './nv-data.ts'
import { nvDefinitionCommands } from './nv-definition.ts'
import { objectCommands } from './object.ts'
import { policyCommands } from './policy.ts'
import { randomCommands } from './random.ts'
import { sessionCommands } from './session.ts'
import { signingCommands } from './signing.ts'
import { startupCommands } from './startup.ts'
import { stateAttestationCommands } from './state-attestation.ts'
import { symmetricCommands } from './symmetric.ts'
import { testingCommands } from './testing.ts'

/** Every command this TPM has, chapter by chapter. */
const chapters: readonly (readonly Implemented[])[] = [
  startupCommands,
  testingCommands,
  sessionCommands,
  objectCommands,
  loadCommands,
  createLoadedCommands,
  duplicationCommands,
  asymmetricCommands,
  symmetricCommands,
  randomCommands,
  integrityCollectionCommands,
  hashSequenceCommands,
  ephemeralCommands,
  signingCommands,
  attestationCommands,
  stateAttestationCommands,
  certifyX509Commands,
  policyCommands,
  hierarchyCommands,
  dictionaryAttackCommands,
  commandAuditCommands(() => commandTable),
  miscellaneousManagementCommands,
  contextCommands,
  clockCommands,
  nvDefinitionCommands,
  nvDataCommands,
  capabilityCommands(() => commandTable),
]

export const commandTable: ReadonlyMap<number, Implemented> = new Map(
  chapters.flat().map((row) => [row.command.code, row]),
)
