import { z } from 'zod'
import { ALG, ST, type TPMS_ATTEST, type TPMT_SIGNATURE } from '../../../core/tpm/index.ts'
import type { QuoteAttest } from './attester.ts'
import { bytesEdit, edited, hex, pcr } from './change.ts'
import type { SimulatedBoot } from './simulated-boot.ts'

/** What can be another thing about a quote. */
export const quoteVerbs = z.strictObject({
  magic: hex.optional().describe('TPMS_ATTEST.magic'),
  type: z.enum(['certify', 'time', 'nv']).optional().describe('Another structure than a quote was signed'),
  extraData: hex.optional(),
  signer: hex.optional().describe('qualifiedSigner'),
  firmwareVersion: z.int().min(0).transform(BigInt).optional(),
  bytes: bytesEdit('the TPMS_ATTEST, before it is signed').optional(),
  signature: z
    .enum(['flipped', 'zero', 'ofAnother', 'otherScheme', 'padded', 'none'])
    .optional()
    .describe('What becomes of the signature'),
  without: z.array(pcr).min(1).optional().describe('PCRs that are left out of the quote'),
  with: z.array(pcr).min(1).optional().describe('PCRs that are quoted in addition'),
  bank: z.enum(['sha1', 'sha384', 'sha512']).optional().describe('The quote is of another bank'),
  pcrDigest: hex.optional(),
  bound: z
    .enum(['challenge', 'serverId', 'machineId', 'bootId', 'clientSpkiSha256', 'oneTimePublicKey'])
    .optional()
    .describe('The quote is for another one of these'),
})

const otherStructures = { certify: ST.attestCertify, time: ST.attestTime, nv: ST.attestNv } as const

/** Makes a quote another one. */
export function applyQuote(boot: SimulatedBoot, given: z.output<typeof quoteVerbs>): SimulatedBoot {
  const { quote } = boot
  const selection = boot.quote.selection ?? boot.asked
  const { without = [], with: more = [], bank, bound } = given
  const edit = given.bytes
  return {
    ...boot,
    quote: {
      ...quote,
      selection: selection.map(({ hash, pcrs }) => ({
        hash: bank === undefined ? hash : ALG[bank],
        pcrs: [...pcrs.filter((at) => !without.includes(at)), ...more].sort((left, right) => left - right),
      })),
      ...(bound !== undefined && { binding: { ...quote.binding, [bound]: otherBinding(bound) } }),
      attest: (attest) => forgedAttest(attest, given),
      attestBytes: (attest) => {
        const magic = given.magic === undefined ? attest : Uint8Array.from([...given.magic, ...attest.slice(4)])
        const typed = given.type === undefined ? magic : withType(magic, otherStructures[given.type])
        return edit === undefined ? typed : edited(typed, edit)
      },
      signature: (signature) => forgedSignature(signature, given.signature),
    },
  }
}

const bindingSizes = {
  challenge: 64,
  serverId: 32,
  machineId: 16,
  bootId: 16,
  clientSpkiSha256: 32,
  oneTimePublicKey: 65,
} as const

const otherBinding = (name: keyof typeof bindingSizes): Uint8Array => new Uint8Array(bindingSizes[name]).fill(0x77)

function forgedAttest(attest: QuoteAttest, given: z.output<typeof quoteVerbs>): TPMS_ATTEST {
  return {
    ...attest,
    ...(given.extraData !== undefined && { extraData: given.extraData }),
    ...(given.signer !== undefined && { qualifiedSigner: given.signer }),
    ...(given.firmwareVersion !== undefined && { firmwareVersion: given.firmwareVersion }),
    ...(given.pcrDigest !== undefined && { attested: { ...attest.attested, pcrDigest: given.pcrDigest } }),
  }
}

function withType(attest: Uint8Array, type: number): Uint8Array {
  const changed = attest.slice()
  new DataView(changed.buffer).setUint16(4, type)
  return changed
}

function forgedSignature(signature: TPMT_SIGNATURE, how: z.output<typeof quoteVerbs>['signature']): TPMT_SIGNATURE {
  if (!('signatureR' in signature)) {
    if (how === undefined || !('sig' in signature)) return signature
    return { ...signature, sig: flipped(signature.sig) }
  }
  switch (how) {
    case undefined:
      return signature
    case 'flipped':
      return { ...signature, signatureS: flipped(signature.signatureS) }
    case 'zero':
      return { ...signature, signatureR: new Uint8Array(32), signatureS: new Uint8Array(32) }
    case 'ofAnother':
      return { ...signature, signatureR: new Uint8Array(32).fill(1), signatureS: new Uint8Array(32).fill(2) }
    case 'otherScheme':
      return { sigAlg: ALG.rsassa, hash: ALG.sha256, sig: new Uint8Array(256) }
    case 'padded':
      return { ...signature, signatureR: Uint8Array.from([0, ...signature.signatureR]) }
    case 'none':
      return { sigAlg: ALG.null }
  }
}

function flipped(bytesOf: Uint8Array): Uint8Array {
  const changed = bytesOf.slice()
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
  return changed
}
