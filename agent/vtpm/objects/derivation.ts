import { Reader } from '../../../core/bytes/index.ts'
import {
  ALG,
  decode,
  TPMS_DERIVE,
  type TPMS_DERIVE as Derivation,
  TPMT_DERIVED_TEMPLATE,
  type TPMT_DERIVED_TEMPLATE as DerivedTemplate,
  type TPMT_PUBLIC,
} from '../../../core/tpm/index.ts'

const empty = new Uint8Array(0)

/** The template of an object to be derived, apart from what it is derived by. */
export interface DerivedObject {
  readonly template: TPMT_PUBLIC
  readonly by: Derivation
}

/** @throws WireError */
export function readDerivedTemplate(inPublic: Uint8Array): DerivedObject {
  const { unique: by, ...template } = decode(TPMT_DERIVED_TEMPLATE, inPublic)
  return { template: withoutUnique(template), by }
}

function withoutUnique(template: WithoutUnique<DerivedTemplate>): TPMT_PUBLIC {
  if (template.type === ALG.ecc) return { ...template, unique: { x: empty, y: empty } }
  return { ...template, unique: empty }
}
type WithoutUnique<T> = T extends unknown ? Omit<T, 'unique'> : never

/**
 * Part 3, 12.9.1: the sensitive area gives what the template leaves empty.
 * @throws WireError
 */
export function completeDerivation({ label, context }: Derivation, data: Uint8Array): Derivation {
  if (data.length === 0) return { label, context }
  // Bytes that follow are as those of a buffer that is larger than it need be
  const given = TPMS_DERIVE.read(new Reader(data))
  return {
    label: label.length === 0 ? given.label : label,
    context: context.length === 0 ? given.context : context,
  }
}
