import { u32 } from '../codec.ts'
import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { TPMI_DH_OBJECT, TPMI_DH_PARENT } from '../handle-types.ts'
import {
  TPM2B_AUTH,
  TPM2B_CREATION_DATA,
  TPM2B_DATA,
  TPM2B_DIGEST,
  TPM2B_ENCRYPTED_SECRET,
  TPM2B_ID_OBJECT,
  TPM2B_NAME,
  TPM2B_PRIVATE,
  TPM2B_PUBLIC,
  TPM2B_PUBLIC_NULL,
  TPM2B_SENSITIVE_CREATE,
  TPM2B_SENSITIVE_DATA,
  TPM2B_SENSITIVE_OPTIONAL,
  TPM2B_TEMPLATE,
  TPML_PCR_SELECTION,
  TPMI_RH_HIERARCHY,
  TPMT_TK_CREATION,
} from '../structures/index.ts'

/** Part 3, 12.1. */
export const Create = command('Create', CC.Create, {
  handles: { parentHandle: handle(TPMI_DH_OBJECT, 'user') },
  parameters: {
    inSensitive: TPM2B_SENSITIVE_CREATE,
    inPublic: TPM2B_PUBLIC,
    outsideInfo: TPM2B_DATA,
    creationPCR: TPML_PCR_SELECTION,
  },
  returns: {
    outPrivate: TPM2B_PRIVATE,
    outPublic: TPM2B_PUBLIC,
    creationData: TPM2B_CREATION_DATA,
    creationHash: TPM2B_DIGEST,
    creationTicket: TPMT_TK_CREATION,
  },
  attributes: { long: true },
})
/** Part 3, 12.2. */
export const Load = command('Load', CC.Load, {
  handles: { parentHandle: handle(TPMI_DH_OBJECT, 'user') },
  parameters: { inPrivate: TPM2B_PRIVATE, inPublic: TPM2B_PUBLIC },
  returnsHandle: u32,
  returns: { name: TPM2B_NAME },
})
/** Part 3, 12.3. */
export const LoadExternal = command('LoadExternal', CC.LoadExternal, {
  parameters: { inPrivate: TPM2B_SENSITIVE_OPTIONAL, inPublic: TPM2B_PUBLIC_NULL, hierarchy: TPMI_RH_HIERARCHY },
  returnsHandle: u32,
  returns: { name: TPM2B_NAME },
})
/** Part 3, 12.4. */
export const ReadPublic = command('ReadPublic', CC.ReadPublic, {
  handles: { objectHandle: handle(TPMI_DH_OBJECT) },
  returns: { outPublic: TPM2B_PUBLIC_NULL, name: TPM2B_NAME, qualifiedName: TPM2B_NAME },
})
/** Part 3, 12.5. */
export const ActivateCredential = command('ActivateCredential', CC.ActivateCredential, {
  handles: { activateHandle: handle(TPMI_DH_OBJECT, 'admin'), keyHandle: handle(TPMI_DH_OBJECT, 'user') },
  parameters: { credentialBlob: TPM2B_ID_OBJECT, secret: TPM2B_ENCRYPTED_SECRET },
  returns: { certInfo: TPM2B_DIGEST },
})
/** Part 3, 12.6. */
export const MakeCredential = command('MakeCredential', CC.MakeCredential, {
  handles: { handle: handle(TPMI_DH_OBJECT) },
  parameters: { credential: TPM2B_DIGEST, objectName: TPM2B_NAME },
  returns: { credentialBlob: TPM2B_ID_OBJECT, secret: TPM2B_ENCRYPTED_SECRET },
})
/** Part 3, 12.7. */
export const Unseal = command('Unseal', CC.Unseal, {
  handles: { itemHandle: handle(TPMI_DH_OBJECT, 'user') },
  returns: { outData: TPM2B_SENSITIVE_DATA },
})
/** Part 3, 12.8. */
export const ObjectChangeAuth = command('ObjectChangeAuth', CC.ObjectChangeAuth, {
  handles: { objectHandle: handle(TPMI_DH_OBJECT, 'admin'), parentHandle: handle(TPMI_DH_OBJECT) },
  parameters: { newAuth: TPM2B_AUTH },
  returns: { outPrivate: TPM2B_PRIVATE },
})
/** Part 3, 12.9. */
export const CreateLoaded = command('CreateLoaded', CC.CreateLoaded, {
  handles: { parentHandle: handle(TPMI_DH_PARENT, 'user') },
  parameters: { inSensitive: TPM2B_SENSITIVE_CREATE, inPublic: TPM2B_TEMPLATE },
  returnsHandle: u32,
  returns: { outPrivate: TPM2B_PRIVATE, outPublic: TPM2B_PUBLIC, name: TPM2B_NAME },
  attributes: { long: true },
})
