import {
  decode,
  encode,
  struct,
  TPM2B_NAME,
  TPM2B_PUBLIC_NULL,
  TPM2B_SENSITIVE_OPTIONAL,
  TPMI_RH_HIERARCHY,
  TPMI_YES_NO,
} from '../../../core/tpm/index.ts'
import { LoadedObject } from '../state/loaded-object.ts'

const ObjectContext = struct('objectContext', {
  publicArea: TPM2B_PUBLIC_NULL,
  sensitive: TPM2B_SENSITIVE_OPTIONAL,
  qualifiedName: TPM2B_NAME,
  hierarchy: TPMI_RH_HIERARCHY,
  isExternal: TPMI_YES_NO,
})

export const encodeObject = (object: LoadedObject): Uint8Array =>
  encode(ObjectContext, {
    publicArea: object.publicArea,
    sensitive: object.sensitive,
    qualifiedName: object.qualifiedName,
    hierarchy: object.hierarchy,
    isExternal: object.isExternal ? 1 : 0,
  })

export function decodeObject(handle: number, content: Uint8Array): LoadedObject {
  const { isExternal, ...rest } = decode(ObjectContext, content)
  content.fill(0)
  return new LoadedObject({ handle, ...rest, isExternal: isExternal === 1 })
}
