import { u16, u64 } from '../codec.ts'
import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { TPMI_RH_NV_AUTH, TPMI_RH_NV_INDEX_HANDLE, TPMI_RH_PLATFORM, TPMI_RH_PROVISION } from '../handle-types.ts'
import { TPM2B_AUTH, TPM2B_MAX_NV_BUFFER, TPM2B_NAME, TPM2B_NV_PUBLIC } from '../structures/index.ts'

const authorized = { authHandle: handle(TPMI_RH_NV_AUTH, 'user'), nvIndex: handle(TPMI_RH_NV_INDEX_HANDLE) } as const
const nv = { nv: true } as const

/** Part 3, 31.3. */
export const NV_DefineSpace = command('NV_DefineSpace', CC.NV_DefineSpace, {
  handles: { authHandle: handle(TPMI_RH_PROVISION, 'user') },
  parameters: { auth: TPM2B_AUTH, publicInfo: TPM2B_NV_PUBLIC },
  attributes: nv,
})
/** Part 3, 31.4. */
export const NV_UndefineSpace = command('NV_UndefineSpace', CC.NV_UndefineSpace, {
  handles: { authHandle: handle(TPMI_RH_PROVISION, 'user'), nvIndex: handle(TPMI_RH_NV_INDEX_HANDLE) },
  attributes: nv,
})
/** Part 3, 31.5. */
export const NV_UndefineSpaceSpecial = command('NV_UndefineSpaceSpecial', CC.NV_UndefineSpaceSpecial, {
  handles: { nvIndex: handle(TPMI_RH_NV_INDEX_HANDLE, 'admin'), platform: handle(TPMI_RH_PLATFORM, 'user') },
  attributes: nv,
})
/** Part 3, 31.6. */
export const NV_ReadPublic = command('NV_ReadPublic', CC.NV_ReadPublic, {
  handles: { nvIndex: handle(TPMI_RH_NV_INDEX_HANDLE) },
  returns: { nvPublic: TPM2B_NV_PUBLIC, nvName: TPM2B_NAME },
})
/** Part 3, 31.7. */
export const NV_Write = command('NV_Write', CC.NV_Write, {
  handles: authorized,
  parameters: { data: TPM2B_MAX_NV_BUFFER, offset: u16 },
  attributes: nv,
})
/** Part 3, 31.8. */
export const NV_Increment = command('NV_Increment', CC.NV_Increment, { handles: authorized, attributes: nv })
/** Part 3, 31.9. */
export const NV_Extend = command('NV_Extend', CC.NV_Extend, {
  handles: authorized,
  parameters: { data: TPM2B_MAX_NV_BUFFER },
  attributes: nv,
})
/** Part 3, 31.10. */
export const NV_SetBits = command('NV_SetBits', CC.NV_SetBits, {
  handles: authorized,
  parameters: { bits: u64 },
  attributes: nv,
})
/** Part 3, 31.11. */
export const NV_WriteLock = command('NV_WriteLock', CC.NV_WriteLock, { handles: authorized, attributes: nv })
/** Part 3, 31.12. */
export const NV_GlobalWriteLock = command('NV_GlobalWriteLock', CC.NV_GlobalWriteLock, {
  handles: { authHandle: handle(TPMI_RH_PROVISION, 'user') },
  attributes: nv,
})
/** Part 3, 31.13. */
export const NV_Read = command('NV_Read', CC.NV_Read, {
  handles: authorized,
  parameters: { size: u16, offset: u16 },
  returns: { data: TPM2B_MAX_NV_BUFFER },
})
/** Part 3, 31.14. */
export const NV_ReadLock = command('NV_ReadLock', CC.NV_ReadLock, { handles: authorized, attributes: nv })
/** Part 3, 31.15. */
export const NV_ChangeAuth = command('NV_ChangeAuth', CC.NV_ChangeAuth, {
  handles: { nvIndex: handle(TPMI_RH_NV_INDEX_HANDLE, 'admin') },
  parameters: { newAuth: TPM2B_AUTH },
  attributes: nv,
})
