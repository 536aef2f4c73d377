import { encode, TPMA_OBJECT } from '../../../core/tpm/index.ts'
import { type Element, readElements } from './read-der.ts'

const tag = { objectIdentifier: 0x06, octetString: 0x04, bitString: 0x03, sequence: 0x30 } as const
const maxBits = 32

/** TPMA_X509_KEY_USAGE (Part 2, 8.12; RFC 5280, 4.2.1.3): bit 0 of the extension is the highest. */
const usage = {
  digitalSignature: 1 << 31,
  nonRepudiation: 1 << 30,
  keyEncipherment: 1 << 29,
  dataEncipherment: 1 << 28,
  keyAgreement: 1 << 27,
  keyCertSign: 1 << 26,
  crlSign: 1 << 25,
  encipherOnly: 1 << 24,
  decipherOnly: 1 << 23,
} as const

/** Which attribute of the key each usage needs (Part 3, 18.8.1). */
const needed: readonly (readonly [keyof TPMA_OBJECT, number])[] = [
  ['sign', usage.digitalSignature | usage.keyCertSign | usage.crlSign],
  ['decrypt', usage.keyEncipherment | usage.dataEncipherment | usage.encipherOnly | usage.decipherOnly],
  ['fixedTPM', usage.nonRepudiation],
  ['restricted', usage.keyAgreement],
]

const keyUsageId = [0x55, 0x1d, 0x0f]
const tpmaObjectId = [0x67, 0x81, 0x05, 0x0a, 0x01, 0x01, 0x01]

function isNamed(extension: Element, id: readonly number[]): boolean {
  const [name] = readElements(extension.content)
  return (
    name?.tag === tag.objectIdentifier &&
    name.content.length === id.length &&
    name.content.every((byte, at) => byte === id[at])
  )
}

/** The bits of an extension whose value is a BIT STRING, the first one highest; undefined where it is none. */
function bitsOf(extension: Element): number | undefined {
  const value = readElements(extension.content).find((each) => each.tag === tag.octetString)
  const [bits] = value === undefined ? [] : readElements(value.content)
  if (bits?.tag !== tag.bitString) return undefined
  const [unused = maxBits, ...bytes] = bits.content
  if (unused > 7 || 8 * bytes.length > maxBits) return undefined
  const word = bytes.reduce((sum, byte, at) => sum | (byte << (24 - 8 * at)), 0)
  const used = 8 * bytes.length - unused
  return used <= 0 ? 0 : word & (-1 << (maxBits - used))
}

/**
 * What is wrong with the extensions of a certificate for a key of these attributes (Part 3, 18.8).
 * @throws WireError if they are no DER.
 */
export function extensionProblem(extensions: Element, attributes: TPMA_OBJECT): 'attributes' | 'value' | undefined {
  const [list, ...others] = readElements(extensions.content)
  if (list?.tag !== tag.sequence || others.length > 0) return 'value'
  const each = readElements(list.content)
  const stated = each.find((extension) => isNamed(extension, tpmaObjectId))
  if (stated !== undefined && bitsOf(stated) !== asWord(attributes)) return 'attributes'
  const keyUsage = each.find((extension) => isNamed(extension, keyUsageId))
  const bits = keyUsage === undefined ? undefined : bitsOf(keyUsage)
  if (bits === undefined) return 'value'
  return needed.some(([attribute, uses]) => (bits & uses) !== 0 && !attributes[attribute]) ? 'value' : undefined
}

function asWord(attributes: TPMA_OBJECT): number {
  const [first = 0, ...rest] = encode(TPMA_OBJECT, attributes)
  return rest.reduce((word, byte) => (word << 8) | byte, first)
}
