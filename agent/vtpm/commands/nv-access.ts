import { NT, RC, RH, type TPMA_NV } from '../../../core/tpm/index.ts'
import type { Hierarchy, NvIndex } from '../state/entity.ts'

/** Who asks for what; the authorization itself was checked before. */
export interface NvAccess {
  readonly authHandle: Hierarchy | NvIndex
  readonly nvIndex: NvIndex
}

/** The attributes that let each hierarchy in (Part 1, 37.3.7). */
const hierarchyAccess: ReadonlyMap<number, { readonly read: keyof TPMA_NV; readonly write: keyof TPMA_NV }> = new Map([
  [RH.owner, { read: 'ownerRead', write: 'ownerWrite' }],
  [RH.platform, { read: 'ppRead', write: 'ppWrite' }],
])

/** The response code that refuses to read, or undefined. */
export function refusesRead(access: NvAccess): number | undefined {
  const { attributes } = access.nvIndex.nvPublic
  if (attributes.readLocked) return RC.nvLocked
  if (!mayAccess(access, 'read')) return RC.nvAuthorization
  return attributes.written ? undefined : RC.nvUninitialized
}

/** The response code that refuses to write, or undefined. */
export function refusesWrite(access: NvAccess): number | undefined {
  if (access.nvIndex.nvPublic.attributes.writeLocked) return RC.nvLocked
  return mayAccess(access, 'write') ? undefined : RC.nvAuthorization
}

function mayAccess({ authHandle, nvIndex }: NvAccess, way: 'read' | 'write'): boolean {
  const row = hierarchyAccess.get(authHandle.handle)
  if (row !== undefined) return nvIndex.nvPublic.attributes[row[way]] === true
  return authHandle.handle === nvIndex.handle
}

export const isCounter = ({ nvPublic }: NvIndex): boolean => nvPublic.attributes.nt === NT.counter
export const isBits = ({ nvPublic }: NvIndex): boolean => nvPublic.attributes.nt === NT.bits
export const isExtend = ({ nvPublic }: NvIndex): boolean => nvPublic.attributes.nt === NT.extend
