import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { TPMI_DH_OBJECT } from '../handle-types.ts'
import {
  TPM2B_DATA,
  TPM2B_ENCRYPTED_SECRET,
  TPM2B_PRIVATE,
  TPM2B_PUBLIC,
  TPMT_SYM_DEF_OBJECT,
} from '../structures/index.ts'

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
