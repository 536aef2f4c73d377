import { equalInConstantTime } from '../../../core/bytes/index.ts'
import type { ProveCore } from '../../../core/evidence/index.ts'
import {
  akTemplate,
  decode,
  ekTemplates,
  encode,
  foreignAkTemplate,
  nameOf,
  publicKeyOf,
  TPMT_PUBLIC,
  type TPMT_PUBLIC as PublicArea,
} from '../../../core/tpm/index.ts'
import { EnrolmentRefused } from './refused.ts'

/** The keys of a TPM, each of a template we know, with the names the server computed itself. */
export interface TpmKeys {
  readonly akPublic: Uint8Array
  readonly akName: Uint8Array
  readonly eks: readonly { readonly ek: PublicArea; readonly ekPublic: Uint8Array; readonly ekName: Uint8Array }[]
}

/**
 * Reads EKs and AK of a Prove. An AK that is not restricted would sign what its holder makes up; an EK that is not a
 * storage key of this template might open credentials outside a TPM.
 * @throws WireError, EnrolmentRefused.
 */
export function parseTpmKeys(core: ProveCore): TpmKeys {
  const ak = decode(TPMT_PUBLIC, core.akPublic)
  if (![akTemplate, foreignAkTemplate].some((template) => isOfTemplate(ak, template)))
    throw new EnrolmentRefused('the AK is of another template')
  spkiOf(ak)

  const eks = core.ekPublics.map((ekPublic) => {
    const ek = decode(TPMT_PUBLIC, ekPublic)
    if (!ekTemplates.some(({ template }) => isOfTemplate(ek, template)))
      throw new EnrolmentRefused('an EK is of no template we know')
    spkiOf(ek)
    return { ek, ekPublic, ekName: nameOf(ek) }
  })
  if (eks.length === 0) throw new EnrolmentRefused('no EK')
  if (new Set(eks.map(({ ek }) => ek.type)).size !== eks.length) throw new EnrolmentRefused('two EKs of one template')
  return { akPublic: core.akPublic, akName: nameOf(ak), eks }
}

/** SubjectPublicKeyInfo (DER) of an EK as it was enrolled. */
export const ekSpki = (ekPublic: Uint8Array): Uint8Array => spkiOf(decode(TPMT_PUBLIC, ekPublic))

function isOfTemplate(publicArea: PublicArea, template: PublicArea): boolean {
  if (publicArea.type !== template.type) return false
  // Everything but `unique` must be the template's: compared as it is encoded, so that no field is forgotten.
  const asTemplate = { ...publicArea, unique: template.unique } as PublicArea
  return equalInConstantTime(encode(TPMT_PUBLIC, asTemplate), encode(TPMT_PUBLIC, template))
}

function spkiOf(publicArea: PublicArea): Uint8Array {
  try {
    return new Uint8Array(publicKeyOf(publicArea).export({ format: 'der', type: 'spki' }))
  } catch (cause) {
    throw new EnrolmentRefused('a public key of the TPM is no valid key', { cause })
  }
}
