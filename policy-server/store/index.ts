export { endBoots, findBoot, startedFrom } from './boots.ts'
export { evidenceOf, findDecision, keepEvidence, listDecisions, newestVerified, recordDecision } from './decisions.ts'
export {
  approvalsGiven,
  approvalsOf,
  closeSettled,
  favourable,
  heldRequest,
  resolveHeld,
  resolveWaiting,
  settledFor,
  useApprovals,
  useSettled,
  waitingRequests,
  type Approval,
} from './held-requests.ts'
export {
  eksOf,
  findIdentity,
  identityOfKey,
  identityOfMachineKey,
  identityShown,
  liveIdentity,
  otherHolder,
  revokeIdentity,
  updateIdentity,
} from './identities.ts'
export { alarmsOf, findMachine, listMachines, machineNamed, raiseAlarm, updateMachine } from './machines.ts'
export { actionsOn, recordAction } from './operator-actions.ts'
export type * from './schema.ts'
export { openStore } from './sqlite.ts'
export { eraseStateKeysBefore, keepStateKey, stateKeyOf } from './state-keys.ts'
export { Store, StoreError, type Tx } from './store.ts'
export { endTierWords, sayTier, tierWordsOf } from './tier-words.ts'
