import { oneOf, u32 } from '../codec.ts'
import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { RH } from '../constants/handles.ts'
import { RC } from '../constants/response-codes.ts'
import {
  TPMI_RH_BASE_HIERARCHY,
  TPMI_RH_CLEAR,
  TPMI_RH_HIERARCHY_AUTH,
  TPMI_RH_HIERARCHY_HANDLE,
  TPMI_RH_PLATFORM,
} from '../handle-types.ts'
import {
  TPM2B_AUTH,
  TPM2B_CREATION_DATA,
  TPM2B_DATA,
  TPM2B_DIGEST,
  TPM2B_NAME,
  TPM2B_PUBLIC,
  TPM2B_SENSITIVE_CREATE,
  TPML_PCR_SELECTION,
  TPMI_ALG_HASH_NULL,
  TPMI_YES_NO,
  TPMT_TK_CREATION,
} from '../structures/index.ts'

/** Part 3, 24.1. */
export const CreatePrimary = command('CreatePrimary', CC.CreatePrimary, {
  handles: { primaryHandle: handle(TPMI_RH_HIERARCHY_HANDLE, 'user') },
  parameters: {
    inSensitive: TPM2B_SENSITIVE_CREATE,
    inPublic: TPM2B_PUBLIC,
    outsideInfo: TPM2B_DATA,
    creationPCR: TPML_PCR_SELECTION,
  },
  returnsHandle: u32,
  returns: {
    outPublic: TPM2B_PUBLIC,
    creationData: TPM2B_CREATION_DATA,
    creationHash: TPM2B_DIGEST,
    creationTicket: TPMT_TK_CREATION,
    name: TPM2B_NAME,
  },
  attributes: { long: true },
})
/** Part 2, 9.14. */
const TPMI_RH_ENABLES = oneOf('TPMI_RH_ENABLES', u32, [RH.owner, RH.endorsement, RH.platform, RH.platformNv], RC.value)
/** Part 3, 24.2. */
export const HierarchyControl = command('HierarchyControl', CC.HierarchyControl, {
  handles: { authHandle: handle(TPMI_RH_BASE_HIERARCHY, 'user') },
  parameters: { enable: TPMI_RH_ENABLES, state: TPMI_YES_NO },
  attributes: { nv: true, extensive: true },
})
/** Part 3, 24.3. */
export const SetPrimaryPolicy = command('SetPrimaryPolicy', CC.SetPrimaryPolicy, {
  handles: { authHandle: handle(TPMI_RH_HIERARCHY_AUTH, 'user') },
  parameters: { authPolicy: TPM2B_DIGEST, hashAlg: TPMI_ALG_HASH_NULL },
  attributes: { nv: true },
})
/** Part 3, 24.4. */
export const ChangePPS = command('ChangePPS', CC.ChangePPS, {
  handles: { authHandle: handle(TPMI_RH_PLATFORM, 'user') },
  attributes: { nv: true, extensive: true },
})
/** Part 3, 24.5. */
export const ChangeEPS = command('ChangeEPS', CC.ChangeEPS, {
  handles: { authHandle: handle(TPMI_RH_PLATFORM, 'user') },
  attributes: { nv: true, extensive: true },
})
/** Part 3, 24.6. */
export const Clear = command('Clear', CC.Clear, {
  handles: { authHandle: handle(TPMI_RH_CLEAR, 'user') },
  attributes: { nv: true, extensive: true },
})
/** Part 3, 24.7. */
export const ClearControl = command('ClearControl', CC.ClearControl, {
  handles: { auth: handle(TPMI_RH_CLEAR, 'user') },
  parameters: { disable: TPMI_YES_NO },
  attributes: { nv: true },
})
/** Part 3, 24.8. */
export const HierarchyChangeAuth = command('HierarchyChangeAuth', CC.HierarchyChangeAuth, {
  handles: { authHandle: handle(TPMI_RH_HIERARCHY_AUTH, 'user') },
  parameters: { newAuth: TPM2B_AUTH },
  attributes: { nv: true },
})
