import { expect } from 'chai'
import { bigIntToBytes, fromHex, toHex } from '../../../../core/bytes/index.ts'
import {
  ALG,
  decode,
  kdfe,
  type Random,
  type SecretLabel,
  shareSecret,
  TPMT_PUBLIC,
} from '../../../../core/tpm/index.ts'

/** Of github.com/chrisfenner/tpm-test-vectors, vectors/kdfe.json: hash, Z, use, PartyUInfo, PartyVInfo, bits, result. */
const kdfeVectors = [
  [
    ALG.sha1,
    'beefefba63c91e8eb318785c374600',
    'ATH',
    'ff8318b65e46b3',
    '32aa861b336c991a52b15c0c72889895e8cad4ff',
    111,
    '123decb8050fca8d6585f61946e2',
  ],
  [ALG.sha1, '', 'STORAGE', '', 'c0227aff', 253, '0f10d821af67e1ec776b390f3b4572bb433efd2b94fa7842d879d24d825ed2f9'],
  [
    ALG.sha1,
    '5aff',
    'STORAGE',
    'ffcbb62e',
    '00c8fdb3c554dd1f',
    558,
    '174745394c12aa2877b6c6884a9678a0a106c0492b3c701e3b9d7af8c24711d898ee293352811c41ed10fa1d3c1652d5090d37a9196374dab666bca111de68103c9cae32a300',
  ],
  [
    ALG.sha1,
    '356f9d00d61b54cf010580b1755d1975905c00',
    'CFB',
    '006c5c2bcdd650f6c836dba98c4734',
    '8849bd3d05d69f',
    7,
    '58',
  ],
  [
    ALG.sha256,
    '739245447ead0deea5f834f06e043159c6ff',
    'IDENTITY',
    'ad503e36c2314ec9afa2f4047bf19ce7fbc6fe2def32c58459c0fc828c00',
    'ba6dd80b788034161743c95e8ef7a9486fbd69d3ff',
    13,
    '0956',
  ],
  [
    ALG.sha256,
    '8995a6318a0217c7c7bf543f50da29016c4ff2a1ea5daf54ebcb00',
    'INTEGRITY',
    '8852f14d8e9b68',
    '74ff',
    336,
    '92343ef558feb95fd14838f9ca39c8618598a7eeb31af7fc276030b8c3ff326d4870f190e54abbec9da4',
  ],
  [
    ALG.sha256,
    'd5f900',
    'OBFUSCATE',
    '561c956a00',
    '00d3030de70056dfcf31c973a5e8577733476569365ff8',
    565,
    '0b8358e7188c63ecdc2d4328f45a9ec0b753a49e841c445f95b7d911958f05fddecc453cb3d399eae911ff473e67fc364291a2b00cb9901cac52af53b4f5a31e65a93726155891',
  ],
] as const

interface Encapsulation {
  readonly name: string
  readonly label: SecretLabel
  readonly ephemeralPrivate: string
  readonly secret: string
  readonly publicKey: string
  readonly ciphertext: string
}

/** Of the same, vectors/ecc_labeled_encaps.json: checked there against a TPM by the command that is named. */
const eccEncapsulations: readonly Encapsulation[] = [
  {
    name: 'SHA-1, StartAuthSession',
    label: 'SECRET',
    ephemeralPrivate: 'a8dae6cf3ecbe6873a4e0e2b206037a92412caa65cd20738fc72e81d3aea710c',
    secret: 'dc8d5b2f053a4d13efddc1c39ae0da7879b47ead',
    publicKey:
      '002300040003046000000006008000430010000300100020c83ef61e207350d3fbd754d2fc3ee92e86ca5bbddcd82bee45fbbd0ccc99cfa000203aed53f5f39e2734972f78029ae8a95e2fe25938a958d8553f22470d88c205bf',
    ciphertext:
      '0020df2471de98da02cc40d4a4991d10ac8bd350649f066ee779531e538e17f835320020de203d5e506073f4a8bd3f3134726d88e0943796dc2363c8d62b1849aef7db2c',
  },
  {
    name: 'SHA-1, Import',
    label: 'DUPLICATE',
    ephemeralPrivate: '3956da2d917e1e86a016fcb79b1f10923fd7c5cc4b4057ff1ba911782f111e8c',
    secret: 'ed52fc7314ceb336c946e103bc696c1d5650459a',
    publicKey:
      '002300040003046000000006008000430010000300100020c83ef61e207350d3fbd754d2fc3ee92e86ca5bbddcd82bee45fbbd0ccc99cfa000203aed53f5f39e2734972f78029ae8a95e2fe25938a958d8553f22470d88c205bf',
    ciphertext:
      '002075e8eaf7a509c7c4c65b0a722304f8d5c599127ab84b2b9f3b338afddbfb4072002037d4d21b41fe2314b57ea0e573dd9ee599d6ec0fe9c05ea81e3b3a2396ae7f04',
  },
  {
    name: 'SHA-256, StartAuthSession',
    label: 'SECRET',
    ephemeralPrivate: '897989c19f950c5f32f3a2156832bb49b39b0562f372e6e180be309c2bbc07c0',
    secret: '428bee6074a8d9c43979617363ca78cedc7b56673d43750678c965d0fddeb4be',
    publicKey:
      '0023000b00030460000000060080004300100003001000207d1f639091f4f93753e5ca964f537491e2ee50058bdf8d93c2f6f165d02a6f2c00205b4e618a7dad9e0cbc7d974ff78ac75ac3ca7be3c54a2b064e0f42f3b43de892',
    ciphertext:
      '00208588b3516e0cc43073b2577362ff1b712373213043bcb0c7364c74bfc6f626e200203534ac662cd4462172cdd0dbe3f0d0e28edb9e08484a3a34b8e8e00d9cb5b4c1',
  },
  {
    name: 'SHA-256, ActivateCredential',
    label: 'IDENTITY',
    ephemeralPrivate: '9efafbaf83563f8ac5a27815eae1017ca78c92f9cde976b1a2e0ad95b8a19bc1',
    secret: '2a03ff2b874e44d36a567e67a0bf08227b9e65a0e9ca5215d4a9e573c23159a1',
    publicKey:
      '0023000b0003046000000006010000430010000300100020fe4cf1f3e8f583c19e1af6190a7c20751658914a93cd77efb871cb1557377560002007b6b7c55bea1d17b1a9d96f367cf315b2942d517fd8642e9d9157036831c4d5',
    ciphertext:
      '002017ca41bd94c7f12436cf135ff1852408ef6a1ee1989e4e6250ef73c348dd6fa90020346f6016d6f6a2ef8e07df6d7b53b362005fc21cda1e1ab25e61f38a87e017b8',
  },
  {
    name: 'SHA-384, Import',
    label: 'DUPLICATE',
    ephemeralPrivate: '51a261fe51ce4b52796c6e31f9619ba63bb5bc0591f05da8a2f36284da5a90b0',
    secret: '67953a530758b0b9c3df20caf3ec4f7b1e0cbc39c92dc2a375696dad45ba1c881a8896d387fbfc91f90f9e36af697b8c',
    publicKey:
      '0023000c0003046000000006008000430010000300100020dad4ee6197c5272f524af7573365a1fb7623adcaf6485217a1da90da71478b2b00205cb46b5d9aa69c394879cb074633298bb03ddf8b47e3feef908504ac61edc8c5',
    ciphertext:
      '002081163d3a883ca2d6424361ee7000d09a1d9063301adf891810077c37e5e7ec9e0020c3ec367e4b3a3b41c7b4ed556e6ed6ed060a3526755d291f575d02f2b74f7cc6',
  },
]

/** Randomness that makes this scalar: a random number is reduced, and one is added to it (FIPS 186-5, A.2.1). */
const drawing =
  (scalar: string): Random =>
  (size) =>
    bigIntToBytes(BigInt(`0x${scalar}`) - 1n, size)

describe('published vectors', () => {
  for (const [hash, z, use, partyU, partyV, bits, result] of kdfeVectors) {
    it(`KDFe: ${bits} bits under 0x${hash.toString(16)}`, () => {
      expect(toHex(kdfe(hash, fromHex(z), use, fromHex(partyU), fromHex(partyV), bits))).to.equal(result)
    })
  }

  for (const { name, label, ephemeralPrivate, secret, publicKey, ciphertext } of eccEncapsulations) {
    it(`a secret for an ECC key: ${name}`, () => {
      const key = decode(TPMT_PUBLIC, fromHex(publicKey))
      const shared = shareSecret(key, label, drawing(ephemeralPrivate))
      expect(toHex(shared.seed)).to.equal(secret)
      expect(toHex(shared.encrypted)).to.equal(ciphertext)
    })
  }
})
