import { commandTable } from '../../agent/vtpm/commands/index.ts'
import { type AnyCommand } from '../../core/tpm/index.ts'

/** How often a command is chosen where not `usual`: what others need first, what makes room, and what ends everything. */
const weights: Readonly<Record<string, number>> = {
  CreatePrimary: 14,
  Create: 8,
  Load: 10,
  LoadExternal: 14,
  FlushContext: 12,
  StartAuthSession: 10,
  HashSequenceStart: 5,
  SequenceUpdate: 5,
  NV_DefineSpace: 12,
  NV_Write: 8,
  ContextSave: 5,
  ContextLoad: 5,
  EvictControl: 5,
  Clear: 1,
  ChangePPS: 1,
  ChangeEPS: 1,
  HierarchyControl: 1,
  ClearControl: 1,
  HierarchyChangeAuth: 1,
  Shutdown: 1,
  Startup: 1,
  SelfTest: 1,
}
const usual = 3

/** Commands by their weight. */
export const menuOf = (isWanted: (command: AnyCommand) => boolean = () => true): readonly AnyCommand[] =>
  [...commandTable.values()]
    .map(({ command }) => command)
    .filter(isWanted)
    .flatMap((command) => new Array<AnyCommand>(weights[command.name] ?? usual).fill(command))
