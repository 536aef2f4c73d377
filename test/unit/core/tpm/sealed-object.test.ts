import { expect } from 'chai'
import { concat, fromHex } from '../../../../core/bytes/index.ts'
import {
  akTemplate,
  ALG,
  decode,
  digest,
  nameOf,
  openOuter,
  sealForImport,
  TPM2B_SENSITIVE,
  TPMA_OBJECT,
  TPMT_PUBLIC,
} from '../../../../core/tpm/index.ts'
import { openSecret, rsaStorageKey } from '../../../fakes/storage-key.ts'

const { publicArea: parent } = rsaStorageKey()
const [authPolicy, data] = [digest(ALG.sha256, fromHex('01')), fromHex('a1a2a3')]

/** Randomness that keeps what it gave. */
function drawing() {
  const drawn: Uint8Array[] = []
  const random = (size: number) => {
    const made = new Uint8Array(size).fill(drawn.length + 1)
    drawn.push(made)
    return made
  }
  return { drawn, random }
}

describe('sealForImport', () => {
  it('seals data to the TPM of the parent, to be opened by the policy alone', () => {
    const { objectPublic, duplicate, inSymSeed } = sealForImport({ parent, authPolicy, data, random: drawing().random })
    const seed = openSecret(inSymSeed, 'DUPLICATE\0')
    const area = decode(TPMT_PUBLIC, objectPublic)
    const seedValue = new Uint8Array(32).fill(1)
    expect(area).to.deep.equal({
      type: ALG.keyedhash,
      nameAlg: ALG.sha256,
      objectAttributes: TPMA_OBJECT.of(),
      authPolicy,
      parameters: { scheme: { scheme: ALG.null } },
      unique: digest(ALG.sha256, concat(seedValue, data)),
    })
    const opened = openOuter({ newParent: parent, seed, name: nameOf(area), duplicate })
    expect(decode(TPM2B_SENSITIVE, opened)).to.deep.equal({
      sensitiveType: ALG.keyedhash,
      authValue: new Uint8Array(0),
      seedValue,
      sensitive: data,
    })
  })
  it('keeps none of its secrets, and leaves the data as it was', () => {
    const { drawn, random } = drawing()
    const given = data.slice()
    sealForImport({ parent, authPolicy, data: given, random })
    expect(drawn.map((secret) => [...secret])).to.deep.equal([Array(32).fill(0), Array(32).fill(0)])
    expect(given).to.deep.equal(data)
  })
  it('seals to storage keys alone', () => {
    expect(() => sealForImport({ parent: akTemplate, authPolicy, data, random: drawing().random })).to.throw()
  })
})
