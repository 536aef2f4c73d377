import { u32, where } from './codec.ts'
import type { EntityKind, HandleType } from './command.ts'
import { handleType, HT, RH } from './constants/handles.ts'
import { RC } from './constants/response-codes.ts'

/** PCR 0 to 23. */
export const pcrCount = 24

const isPcr = (handle: number): boolean => handle < pcrCount
const isNvIndex = (handle: number): boolean => handleType(handle) === HT.nvIndex
const isObject = (handle: number): boolean =>
  handleType(handle) === HT.transient || handleType(handle) === HT.persistent
const isHmacSession = (handle: number): boolean => handleType(handle) === HT.hmacSession
const isPolicySession = (handle: number): boolean => handleType(handle) === HT.policySession

const type = <K extends EntityKind>(
  name: string,
  kind: K,
  ...allowed: readonly (number | ((handle: number) => boolean))[]
): HandleType<K> => ({
  name,
  kind,
  allows: (handle: number) => allowed.some((each) => (typeof each === 'number' ? each === handle : each(handle))),
})

/** Part 2, clause 9. */
export const TPMI_DH_OBJECT = type('TPMI_DH_OBJECT', 'object', isObject)
export const TPMI_DH_OBJECT_NULL = type('TPMI_DH_OBJECT+', 'object?', isObject, RH.null)
/** TPMI_DH_OBJECT where the object is a sequence. */
export const TPMI_DH_SEQUENCE = type('TPMI_DH_OBJECT', 'sequence', isObject)
export const TPMI_DH_PARENT = type('TPMI_DH_PARENT', 'parent', isObject, RH.owner, RH.platform, RH.endorsement, RH.null)
export const TPMI_DH_ENTITY = type(
  'TPMI_DH_ENTITY',
  'entity',
  isObject,
  isNvIndex,
  isPcr,
  RH.owner,
  RH.endorsement,
  RH.platform,
  RH.lockout,
)
export const TPMI_DH_ENTITY_NULL = type('TPMI_DH_ENTITY+', 'entity?', TPMI_DH_ENTITY.allows, RH.null)
export const TPMI_DH_PCR = type('TPMI_DH_PCR', 'pcr', isPcr)
export const TPMI_DH_PCR_NULL = type('TPMI_DH_PCR+', 'pcr?', isPcr, RH.null)
/** TPMI_DH_PCR as a parameter. */
export const TPMI_DH_PCR_NUMBER = where('TPMI_DH_PCR', u32, isPcr, RC.value)
export const TPMI_SH_HMAC = type('TPMI_SH_HMAC', 'session', isHmacSession)
export const TPMI_SH_POLICY = type('TPMI_SH_POLICY', 'session', isPolicySession)
export const TPMI_RH_HIERARCHY_HANDLE = type(
  'TPMI_RH_HIERARCHY+',
  'hierarchy',
  RH.owner,
  RH.platform,
  RH.endorsement,
  RH.null,
)
/** Part 2, 9.13, without the null hierarchy. */
export const TPMI_RH_BASE_HIERARCHY = type('TPMI_RH_BASE_HIERARCHY', 'hierarchy', RH.owner, RH.platform, RH.endorsement)
export const TPMI_RH_HIERARCHY_AUTH = type(
  'TPMI_RH_HIERARCHY_AUTH',
  'hierarchy',
  RH.owner,
  RH.platform,
  RH.endorsement,
  RH.lockout,
)
export const TPMI_RH_ENDORSEMENT = type('TPMI_RH_ENDORSEMENT', 'hierarchy', RH.endorsement)
export const TPMI_RH_PLATFORM = type('TPMI_RH_PLATFORM', 'hierarchy', RH.platform)
export const TPMI_RH_PROVISION = type('TPMI_RH_PROVISION', 'hierarchy', RH.owner, RH.platform)
export const TPMI_RH_CLEAR = type('TPMI_RH_CLEAR', 'hierarchy', RH.lockout, RH.platform)
export const TPMI_RH_LOCKOUT = type('TPMI_RH_LOCKOUT', 'hierarchy', RH.lockout)
export const TPMI_RH_NV_AUTH = type('TPMI_RH_NV_AUTH', 'nvAuth', isNvIndex, RH.platform, RH.owner)
export const TPMI_RH_NV_INDEX_HANDLE = type('TPMI_RH_NV_INDEX', 'nvIndex', isNvIndex)

/** Part 2, 9.10: in the handle area (ContextSave) and as a parameter (FlushContext). */
export const TPMI_DH_CONTEXT_HANDLE = type(
  'TPMI_DH_CONTEXT',
  'context',
  isHmacSession,
  isPolicySession,
  (handle) => handleType(handle) === HT.transient,
)
export const TPMI_DH_CONTEXT = where(
  'TPMI_DH_CONTEXT',
  u32,
  (handle) => isHmacSession(handle) || isPolicySession(handle) || handleType(handle) === HT.transient,
  RC.value,
)
export const TPMI_DH_PERSISTENT = where(
  'TPMI_DH_PERSISTENT',
  u32,
  (handle) => handleType(handle) === HT.persistent,
  RC.value,
)
/** Part 2, 9.9: what may stand in an authorization area. */
export const TPMI_SH_AUTH_SESSION = where(
  'TPMI_SH_AUTH_SESSION+',
  u32,
  (handle) => isHmacSession(handle) || isPolicySession(handle) || handle === RH.password,
  RC.value,
)
