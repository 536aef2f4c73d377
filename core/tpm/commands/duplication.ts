import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { TPMI_DH_OBJECT, TPMI_DH_OBJECT_NULL } from '../handle-types.ts'
import {
  TPM2B_DATA,
  TPM2B_ENCRYPTED_SECRET,
  TPM2B_NAME,
  TPM2B_PRIVATE,
  TPM2B_PUBLIC,
  TPMT_SYM_DEF_OBJECT,
} from '../structures/index.ts'

/** Part 3, 13.1. */
export const Duplicate = command('Duplicate', CC.Duplicate, {
  handles: { objectHandle: handle(TPMI_DH_OBJECT, 'dup'), newParentHandle: handle(TPMI_DH_OBJECT_NULL) },
  parameters: { encryptionKeyIn: TPM2B_DATA, symmetricAlg: TPMT_SYM_DEF_OBJECT },
  returns: { encryptionKeyOut: TPM2B_DATA, duplicate: TPM2B_PRIVATE, outSymSeed: TPM2B_ENCRYPTED_SECRET },
})
/** Part 3, 13.2. */
export const Rewrap = command('Rewrap', CC.Rewrap, {
  handles: { oldParent: handle(TPMI_DH_OBJECT_NULL, 'user'), newParent: handle(TPMI_DH_OBJECT_NULL) },
  parameters: { inDuplicate: TPM2B_PRIVATE, name: TPM2B_NAME, inSymSeed: TPM2B_ENCRYPTED_SECRET },
  returns: { outDuplicate: TPM2B_PRIVATE, outSymSeed: TPM2B_ENCRYPTED_SECRET },
})
/** Part 3, 13.3. */
export const Import = command('Import', CC.Import, {
  handles: { parentHandle: handle(TPMI_DH_OBJECT, 'user') },
  parameters: {
    encryptionKey: TPM2B_DATA,
    objectPublic: TPM2B_PUBLIC,
    duplicate: TPM2B_PRIVATE,
    inSymSeed: TPM2B_ENCRYPTED_SECRET,
    symmetricAlg: TPMT_SYM_DEF_OBJECT,
  },
  returns: { outPrivate: TPM2B_PRIVATE },
})
