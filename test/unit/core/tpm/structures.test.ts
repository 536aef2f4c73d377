import { expect } from 'chai'
import { fromHex } from '../../../../core/bytes/index.ts'
import {
  akTemplate,
  ALG,
  CodecError,
  decode,
  ekTemplates,
  encode,
  generatedValue,
  RC,
  selectedPcrs,
  selectPcrs,
  ST,
  taggedDigest,
  TPM2B_NV_PUBLIC,
  TPM2B_PUBLIC,
  TPM2B_SENSITIVE,
  TPMA_NV,
  TPMA_OBJECT,
  TPMA_SESSION,
  TPMI_DH_SAVED,
  TPMI_YES_NO,
  TPML_DIGEST_VALUES,
  TPML_PCR_SELECTION,
  TPMS_ATTEST,
  TPMT_PUBLIC,
  TPMT_SIGNATURE,
  TPMT_SYM_DEF,
  TPMT_TK_CREATION,
} from '../../../../core/tpm/index.ts'
import { laws } from '../../../laws.ts'

const empty = new Uint8Array(0)
const zeros = (size: number): string => '00'.repeat(size)

describe('structures', () => {
  laws(TPMT_PUBLIC, {
    good: [
      [akTemplate, '0023000b' + '00050072' + '0000' + '0010' + '0018000b' + '0003' + '0010' + '00000000'],
      [
        {
          type: ALG.keyedhash,
          nameAlg: ALG.sha384,
          objectAttributes: TPMA_OBJECT.of('userWithAuth'),
          authPolicy: empty,
          parameters: { scheme: { scheme: ALG.null } },
          unique: empty,
        },
        '0008000c00000040000000100000',
      ],
    ],
    badBytes: ['0023000b80050072', '0024000b00050072', '00230010000500720000001000180000'],
  })
  laws(TPM2B_PUBLIC, { good: [[akTemplate, '00180023000b0005007200000010' + '0018000b0003001000000000']] })
  laws(TPMT_SYM_DEF, {
    good: [
      [{ algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb }, '000600800043'],
      [{ algorithm: ALG.xor, hash: ALG.sha256 }, '000a000b'],
      [{ algorithm: ALG.null }, '0010'],
    ],
    badBytes: ['000600810043', '0003', '000a0010'],
  })
  laws(TPML_PCR_SELECTION, {
    good: [[[selectPcrs(ALG.sha256, [0, 7, 23])], '00000001' + '000b' + '03810080']],
    badBytes: ['00000001000b028100', '00000001000b0481008000', '000000010010' + '03810080'],
  })
  laws(TPML_DIGEST_VALUES, {
    good: [[[taggedDigest(ALG.sha1, new Uint8Array(20))], '000000010004' + zeros(20)]],
  })
  laws(TPMA_SESSION, {
    good: [[TPMA_SESSION.of('continueSession', 'decrypt', 'audit'), 'a1']],
    badBytes: ['08', '10'],
  })
  laws(TPMA_NV, {
    good: [[{ ...TPMA_NV.of('ownerRead', 'ownerWrite', 'written'), nt: 4 }, '20020042']],
    badBytes: ['00000100', '00f00000'],
  })
  laws(TPMT_SIGNATURE, {
    good: [
      [
        { sigAlg: ALG.ecdsa, hash: ALG.sha256, signatureR: Uint8Array.of(1), signatureS: Uint8Array.of(2) },
        '0018000b000101000102',
      ],
      [{ sigAlg: ALG.rsassa, hash: ALG.sha256, sig: Uint8Array.of(7) }, '0014000b000107'],
      [{ sigAlg: ALG.null }, '0010'],
    ],
    badBytes: ['0018001000010100', '0001000b'],
  })
  laws(TPMT_TK_CREATION, {
    good: [[{ tag: ST.creation, hierarchy: 0x40000001, digest: empty }, '8021400000010000']],
    badBytes: ['8022400000010000', '8021400000020000'],
  })
  laws(TPMS_ATTEST, {
    good: [
      [
        {
          magic: generatedValue,
          type: ST.attestQuote,
          qualifiedSigner: empty,
          extraData: Uint8Array.of(5),
          clockInfo: { clock: 1n, resetCount: 2, restartCount: 3, safe: 1 },
          firmwareVersion: 4n,
          attested: { pcrSelect: [selectPcrs(ALG.sha1, [1])], pcrDigest: empty },
        },
        'ff544347' +
          '8018' +
          '0000' +
          '000105' +
          '0000000000000001' +
          '00000002' +
          '00000003' +
          '01' +
          '0000000000000004' +
          '00000001' +
          '0004' +
          '03020000' +
          '0000',
      ],
    ],
    badBytes: ['ff544346' + '8018', 'ff544347' + '8017' + zeros(4)],
  })
  laws(TPM2B_SENSITIVE, {
    good: [
      [
        { sensitiveType: ALG.ecc, authValue: empty, seedValue: empty, sensitive: Uint8Array.of(9) },
        '0009' + '0023' + '0000' + '0000' + '000109',
      ],
    ],
  })
  laws(TPM2B_NV_PUBLIC, {
    good: [
      [
        {
          nvIndex: 0x01c00002,
          nameAlg: ALG.sha256,
          attributes: TPMA_NV.of('ownerRead'),
          authPolicy: empty,
          dataSize: 10,
        },
        '000e' + '01c00002' + '000b' + '00020000' + '0000' + '000a',
      ],
    ],
    badBytes: ['000e' + '81c00002' + '000b' + '00020000' + '0000' + '000a', '000e01c00002000b0002000000000801'],
  })

  it('lists the PCRs of a selection in ascending order', () => {
    expect(selectedPcrs(selectPcrs(ALG.sha256, [23, 0, 8]))).to.deep.equal([0, 8, 23])
    const all = Array.from({ length: 24 }, (_, pcr) => pcr)
    expect(selectedPcrs(selectPcrs(ALG.sha256, [...all].reverse()))).to.deep.equal(all)
    expect(selectPcrs(ALG.sha256, [0, 7, 9])).to.deep.equal({ hash: ALG.sha256, pcrSelect: Uint8Array.of(0x81, 2, 0) })
    expect(selectedPcrs(selectPcrs(ALG.sha256, []))).to.deep.equal([])
    for (const pcr of [24, -1, NaN])
      expect(() => selectPcrs(ALG.sha256, [pcr])).to.throw(RangeError, `there is no PCR ${pcr}`)
  })
  it('have the ends of their ranges', () => {
    for (const [codec, wire] of [
      [TPMI_YES_NO, '02'],
      [TPMI_DH_SAVED, '01ffffff'],
      [TPMI_DH_SAVED, '04000000'],
      [TPMI_DH_SAVED, '7fffffff'],
      [TPMI_DH_SAVED, '80000003'],
      [TPMI_DH_SAVED, '81000000'],
    ] as const)
      expect(() => decode<unknown>(codec, fromHex(wire)), `${codec.name} ${wire}`)
        .to.throw(CodecError)
        .with.property('rc', RC.value)
    for (const [codec, wire] of [
      [TPMI_YES_NO, '00'],
      [TPMI_YES_NO, '01'],
      [TPMI_DH_SAVED, '02000000'],
      [TPMI_DH_SAVED, '02ffffff'],
      [TPMI_DH_SAVED, '03000000'],
      [TPMI_DH_SAVED, '03ffffff'],
      [TPMI_DH_SAVED, '80000000'],
      [TPMI_DH_SAVED, '80000002'],
    ] as const)
      expect(decode<number>(codec, fromHex(wire))).to.equal(Number(`0x${wire}`))
    const nv = (dataSize: string) => decode(TPM2B_NV_PUBLIC, fromHex(`000e01c00002000b000200000000${dataSize}`))
    expect(nv('0800').dataSize).to.equal(2048)
    expect(() => nv('0801'))
      .to.throw(CodecError)
      .with.property('rc', RC.size)
  })
  it('has the EK templates of the profile, byte for byte', () => {
    const policy = '0020837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa'
    const [rsa, ecc] = ekTemplates.map(({ template }) => encode(TPMT_PUBLIC, template))
    expect(rsa).to.deep.equal(
      fromHex('0001000b000300b2' + policy + '000600800043' + '0010' + '0800' + '00000000' + '0100' + zeros(256)),
    )
    expect(ecc).to.deep.equal(
      fromHex(
        '0023000b000300b2' +
          policy +
          '000600800043' +
          '0010' +
          '0003' +
          '0010' +
          '0020' +
          zeros(32) +
          '0020' +
          zeros(32),
      ),
    )
  })
})
