import { defaultProfile, type Profile } from '../vtpm/index.ts'

/** Who made the TPM, as TPM2_GetCapability tells it too. */
export interface TpmIdentity {
  /** TPM_PT_MANUFACTURER. */
  readonly manufacturer: number
  /** TPM_PT_FIRMWARE_VERSION_1. */
  readonly firmwareVersion: number
  /** TPM_PT_VENDOR_STRING. */
  readonly model: string
}

/** Our own TPM, under the names that it was given. */
export function identityOf(given: Partial<Profile> = {}): TpmIdentity {
  const { manufacturer, firmwareVersion, vendorString: model } = { ...defaultProfile, ...given }
  const letters = new TextEncoder().encode(manufacturer)
  return {
    manufacturer: new DataView(letters.buffer).getUint32(0),
    firmwareVersion: Number(firmwareVersion >> 32n),
    model,
  }
}

const withSpecification = 1n << 0n
const withAttributes = 1n << 1n
const withFeatures = 1n << 2n
const specification = { family: '2.0', level: 0, revision: 164 }
const features = { RSAKeySizes: [1024, 2048, 3072] }

/** The text of GET_INFO with its final NUL: a JSON object with the members that the flags ask for. */
export function tpmInfo(identity: TpmIdentity, flags: bigint): Uint8Array {
  const info = {
    ...((flags & withSpecification) === 0n ? {} : { TPMSpecification: specification }),
    ...((flags & withAttributes) === 0n ? {} : { TPMAttributes: attributes(identity) }),
    ...((flags & withFeatures) === 0n ? {} : { TPMFeatures: features }),
  }
  return new TextEncoder().encode(`${JSON.stringify(info)}\0`)
}

/** In the writing of the attributes of an EK certificate (TCG EK Credential Profile, 3.2.9): `id:` and eight digits. */
function attributes({ manufacturer, firmwareVersion, model }: TpmIdentity): object {
  return { manufacturer: tcgId(manufacturer), version: tcgId(firmwareVersion), model }
}

function tcgId(word: number): string {
  return `id:${word.toString(16).toUpperCase().padStart(8, '0')}`
}
