import { expect } from 'chai'
import { fromHex, toHex } from '../../../../core/bytes/index.ts'
import {
  decodeRequestCore,
  defaultSelection,
  encodeRequestCore,
  EvidenceError,
  releaseExtraData,
  verifyEvidence,
} from '../../../../core/evidence/index.ts'
import { matchQuote } from '../../../../core/evidence/quoted-pcrs.ts'
import { isSelectionOf } from '../../../../core/evidence/pcr-selection.ts'
import { type VerifiedQuote, verifyQuote } from '../../../../core/evidence/verified-quote.ts'
import { ALG, digest, selectPcrs, type TPMT_SIGNATURE } from '../../../../core/tpm/index.ts'
import { Attester, binding, type QuoteChanges } from '../../../../agent/boot/simulate/attester.ts'
import { recordedRequest } from '../../../fakes/attester-request.ts'

const attester = new Attester()
const core = recordedRequest('uki')

function refusal(work: () => unknown): string {
  try {
    work()
    return 'taken'
  } catch (error) {
    if (error instanceof EvidenceError) return `${error.problem}: ${error.detail}`
    throw error
  }
}
const quoted = (changes: QuoteChanges, by = attester) =>
  refusal(() => verifyEvidence(by.expectation(), by.attest(core, changes)))
const signed = (change: (signature: TPMT_SIGNATURE) => object) =>
  quoted({ signature: (signature) => ({ ...signature, ...change(signature) }) })
const half = (signature: TPMT_SIGNATURE, name: 'signatureR' | 'signatureS') =>
  (signature as unknown as Record<typeof name, Uint8Array>)[name]

describe('signatures of quotes', () => {
  it('have an r and an s no longer than the order of the curve, however they are padded', () => {
    const longer = 'signature-malformed: r or s is longer than the order of the curve'
    for (const name of ['signatureR', 'signatureS'] as const)
      expect(
        signed((signature) => ({ [name]: Uint8Array.of(0, ...half(signature, name)) })),
        name,
      ).to.equal(longer)
  })
  it('are of the scheme and hash of the key, which the message cannot choose', () => {
    expect(signed(() => ({ hash: ALG.sha384 }))).to.equal('signature-scheme: 0x18')
    expect(signed(() => ({ sigAlg: ALG.ecschnorr }))).to.equal('signature-scheme: 0x1c')
    expect(quoted({ signature: () => ({ sigAlg: ALG.null }) })).to.equal('signature-scheme: 0x10')
    const pss = new Attester('rsapss')
    expect(quoted({ signature: (s) => ({ ...s, sigAlg: ALG.rsassa }) as TPMT_SIGNATURE }, pss)).to.equal(
      'signature-scheme: 0x14',
    )
  })
  it('are none where r or s are nought, one, or the order of the curve', () => {
    const order = fromHex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')
    const values = [
      fromHex(''),
      fromHex('00'),
      fromHex('01'),
      order,
      order.map((byte) => byte),
      new Uint8Array(32).fill(0xff),
    ]
    for (const r of values)
      for (const s of values)
        expect(
          signed(() => ({ signatureR: r, signatureS: s })),
          `${toHex(r)} ${toHex(s)}`,
        ).to.equal('signature: ')
  })
})

describe('what a quote says', () => {
  it('is refused by name: too short, of another kind, for something else', () => {
    expect(quoted({ attestBytes: () => fromHex('ff54434780') })).to.equal('attest-malformed: too short')
    expect(quoted({ attestBytes: () => fromHex('ff5443478018') })).to.match(/^attest-malformed: (?!too short)/)
    expect(
      quoted({ attestBytes: (bytes) => Uint8Array.of(...bytes.slice(0, 4), 0x80, 0x19, ...bytes.slice(6)) }),
    ).to.equal('attest-type: 0x8019')
    expect(quoted({ attestBytes: (bytes) => Uint8Array.of(0, ...bytes.slice(1)) })).to.equal('attest-magic: ')
  })
  it('is for bytes that are no request: malformed, although a TPM vouched for them', () => {
    const untrusted = { core: fromHex('00') }
    const extraData = releaseExtraData({ ...binding, requestCore: untrusted.core })
    const evidence = attester.attest(core, { attest: (attest) => ({ ...attest, extraData }) })
    expect(refusal(() => verifyEvidence(attester.expectation(), { ...evidence, ...untrusted }))).to.match(
      /^core-malformed: /,
    )
  })
  it('is handed on: clock, firmware, selection, and the hash that pcrDigest stands under', () => {
    const by = new Attester('ecdsa', ALG.sha384)
    const { attest, signature, core: bytes } = by.attest(core)
    const quote = verifyQuote(by.key, attest, signature, releaseExtraData({ ...binding, requestCore: bytes }))
    expect(quote).to.deep.include({ firmwareVersion: 1n, hash: ALG.sha384 })
    expect(quote.clockInfo).to.deep.equal({ clock: 1000n, resetCount: 7, restartCount: 0, safe: 1 })
    expect(quote.pcrSelect).to.deep.equal(defaultSelection.map(({ hash, pcrs }) => selectPcrs(hash, pcrs)))
  })
})

describe('the PCRs of a quote', () => {
  const select = (hash: number, ...pcrs: readonly number[]) => selectPcrs(hash, pcrs)
  it('are those that were asked for, bank by bank and one by one', () => {
    const asked = [
      { hash: ALG.sha256, pcrs: [0, 7] },
      { hash: ALG.sha384, pcrs: [4] },
    ]
    const [first, second] = [select(ALG.sha256, 0, 7), select(ALG.sha384, 4)]
    expect(isSelectionOf([first, second], asked)).to.equal(true)
    for (const other of [
      [],
      [first],
      [second, first],
      [first, second, select(ALG.sha1)],
      [first, first],
      [select(ALG.sha256, 0), second],
      [select(ALG.sha256, 0, 7, 8), second],
      [select(ALG.sha256, 0, 8), second],
      [select(ALG.sha256, 1, 7), second],
      [first, select(ALG.sha512, 4)],
      [first, select(ALG.sha384, 5)],
      [first, select(ALG.sha384)],
    ])
      expect(isSelectionOf(other, asked), JSON.stringify(other)).to.equal(false)
    expect(isSelectionOf([first], [])).to.equal(false)
  })

  const quote = (hash: number, value: Uint8Array) =>
    ({
      pcrSelect: [select(hash, 3)],
      pcrDigest: digest(ALG.sha256, value),
      hash: ALG.sha256,
    }) as unknown as VerifiedQuote
  it('have values of the size of their bank, for what was quoted, and no others', () => {
    const value = new Uint8Array(32).fill(9)
    const asked = [{ hash: ALG.sha256, pcrs: [3] }]
    const match = (values: ReadonlyMap<number, ReadonlyMap<number, Uint8Array>>) =>
      matchQuote(quote(ALG.sha256, value), asked, values)
    const { banks } = match(
      new Map([
        [
          ALG.sha256,
          new Map([
            [3, value],
            [4, value],
          ]),
        ],
        [ALG.sha384, new Map([[3, new Uint8Array(48)]])],
      ]),
    )
    expect([...banks]).to.deep.equal([[ALG.sha256, new Map([[3, value]])]])
    const missing = 'pcr-missing: PCR 3 of bank 0xb'
    expect(refusal(() => match(new Map()))).to.equal(missing)
    expect(refusal(() => match(new Map([[ALG.sha256, new Map()]])))).to.equal(missing)
    expect(refusal(() => match(new Map([[ALG.sha256, new Map([[3, value.slice(1)]])]])))).to.equal(missing)
    expect(refusal(() => match(new Map([[ALG.sha256, new Map([[3, value.map(() => 8)]])]])))).to.equal('pcr-digest: ')
  })

  it('say in words which banks the TPM left out: none of its boots will ever be better', () => {
    const value = new Uint8Array(32).fill(9)
    const sha256 = { hash: ALG.sha256, pcrs: [3] }
    const against = (
      asked: readonly { readonly hash: number; readonly pcrs: readonly number[] }[],
      ...empty: number[]
    ) =>
      refusal(() => {
        const pcrSelect = [select(ALG.sha256, 3), ...empty.map((hash) => select(hash))]
        matchQuote({ ...quote(ALG.sha256, value), pcrSelect }, asked, new Map([[ALG.sha256, new Map([[3, value]])]]))
      })
    const leftOut = (banks: string) =>
      `selection: nothing of bank ${banks}, which the TPM does not have or has turned off`
    const sha384 = { hash: ALG.sha384, pcrs: [3] }
    expect(against([sha256])).to.equal('taken')
    expect(against([sha256, sha384])).to.equal(leftOut('sha384'))
    expect(against([sha256, sha384], ALG.sha384)).to.equal(leftOut('sha384'))
    expect(against([sha384, { hash: ALG.sha512, pcrs: [0] }])).to.equal(leftOut('sha384, sha512'))
    expect(against([sha256, { hash: 0x7f, pcrs: [3] }])).to.equal(leftOut('0x7f'))
    expect(against([{ hash: ALG.sha256, pcrs: [3, 4] }]), 'other PCRs of the bank').to.equal('selection: ')
    expect(against([sha256, { hash: ALG.sha384, pcrs: [] }]), 'nothing asked of the bank').to.equal('selection: ')
  })
})

describe('RequestCore', () => {
  const texts = ['root=/dev/a quiet', 'x\ty\nz']
  it('has a second form for the texts that a machine claims, and the first without', () => {
    const [first, second] = [encodeRequestCore(core), encodeRequestCore({ ...core, untrustedTexts: texts })]
    expect([first[4], second[4]]).to.deep.equal([1, 2])
    expect(decodeRequestCore(first)).not.to.have.property('untrustedTexts')
    expect(decodeRequestCore(second).untrustedTexts).to.deep.equal(texts)
    expect(encodeRequestCore({ ...core, untrustedTexts: [] })).to.deep.equal(first)
    expect(verifyEvidence(attester.expectation(), attester.attest(core)).untrustedTexts).to.deep.equal([])
    const claimed = attester.attest({ ...core, untrustedTexts: texts })
    expect(verifyEvidence(attester.expectation(), claimed).untrustedTexts).to.deep.equal(texts)
  })
  it('has one encoding: no second form without texts', () => {
    const empty = Uint8Array.of(...encodeRequestCore(core), 0, 0, 0, 0).map((byte, at) => (at === 4 ? 2 : byte))
    expect(() => decodeRequestCore(empty)).to.throw(/RequestCore\.untrustedTexts: no text: that is the first form/)
  })
})
