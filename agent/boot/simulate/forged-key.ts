import type { TPMT_PUBLIC } from '../../../core/tpm/index.ts'

/** Curves that no attestation key may be on, by TPM_ECC_CURVE. */
const curves = { nistP192: 1, nistP224: 2, bnP256: 0x10 } as const
export const weakCurves = ['nistP192', 'nistP224', 'bnP256'] as const satisfies readonly (keyof typeof curves)[]

/** The public area of a key with other attributes, or on another curve. */
export function forgedKey(
  area: TPMT_PUBLIC,
  clear: readonly (keyof TPMT_PUBLIC['objectAttributes'])[],
  set: readonly (keyof TPMT_PUBLIC['objectAttributes'])[],
  curve: (typeof weakCurves)[number] | undefined,
): TPMT_PUBLIC {
  const objectAttributes = { ...area.objectAttributes }
  for (const name of clear) Object.assign(objectAttributes, { [name]: false })
  for (const name of set) Object.assign(objectAttributes, { [name]: true })
  const other = curve === undefined ? {} : { parameters: { ...area.parameters, curveID: curves[curve] } }
  return { ...area, objectAttributes, ...other } as TPMT_PUBLIC
}
