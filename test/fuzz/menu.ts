import { commandTable } from '../../agent/vtpm/commands/index.ts'
import { type AnyCommand } from '../../core/tpm/index.ts'

/** How often a command is chosen where not `usual`: what others need first, what makes room, and what ends everything. */
const weights: Readonly<Record<string, number>> = {
  CreatePrimary: 14,
  Create: 8,
  Load: 10,
  LoadExternal: 14,
  FlushContext: 12,
  StartAuthSession: 16,
  HashSequenceStart: 5,
  SequenceUpdate: 5,
  NV_DefineSpace: 14,
  NV_Write: 10,
  NV_Read: 6,
  Unseal: 6,
  Duplicate: 6,
  NV_ChangeAuth: 6,
  NV_UndefineSpaceSpecial: 6,
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
  IncrementalSelfTest: 1,
  GetTestResult: 1,
  GetRandom: 1,
  StirRandom: 1,
  ReadClock: 1,
  ClockSet: 1,
  ClockRateAdjust: 1,
  ECC_Parameters: 1,
  EC_Ephemeral: 1,
  TestParms: 1,
  PP_Commands: 1,
  SetAlgorithmSet: 1,
}
const usual = 3

/** Commands by their weight. */
export const menuOf = (isWanted: (command: AnyCommand) => boolean = () => true): readonly AnyCommand[] =>
  [...commandTable.values()]
    .map(({ command }) => command)
    .filter(isWanted)
    .flatMap((command) => new Array<AnyCommand>(weights[command.name] ?? usual).fill(command))
