import { expect } from 'chai'
import { constants, sign } from 'node:crypto'
import { ALG, verifySignature, type TPMT_SIGNATURE } from '../../../../core/tpm/index.ts'
import { eccStorageKey, rsaStorageKey } from '../../../fakes/storage-key.ts'

const message = new TextEncoder().encode('what is signed')
const other = new TextEncoder().encode('what is not signed')
const rsa = rsaStorageKey()
const ecc = eccStorageKey()
const wide = eccStorageKey('P-521')

function rsaSignature(sigAlg: typeof ALG.rsassa | typeof ALG.rsapss, padding: number): TPMT_SIGNATURE {
  return { sigAlg, hash: ALG.sha256, sig: new Uint8Array(sign('sha256', message, { key: rsa.privateKey, padding })) }
}
function eccSignature({ privateKey: key }: typeof ecc, hash = 'sha256') {
  const raw = new Uint8Array(sign(hash, message, { key, dsaEncoding: 'ieee-p1363' }))
  return { r: raw.slice(0, raw.length / 2), s: raw.slice(raw.length / 2) }
}
const ecdsa = (r: Uint8Array, s: Uint8Array): TPMT_SIGNATURE => ({
  sigAlg: ALG.ecdsa,
  hash: ALG.sha256,
  signatureR: r,
  signatureS: s,
})

describe('verifySignature', () => {
  const rsassa = rsaSignature(ALG.rsassa, constants.RSA_PKCS1_PADDING)
  const rsapss = rsaSignature(ALG.rsapss, constants.RSA_PKCS1_PSS_PADDING)
  const { r, s } = eccSignature(ecc)

  for (const { name, by, signature } of [
    { name: 'RSASSA', by: rsa.publicArea, signature: rsassa },
    { name: 'RSAPSS', by: rsa.publicArea, signature: rsapss },
    { name: 'ECDSA', by: ecc.publicArea, signature: ecdsa(r, s) },
  ])
    it(`tells the message that was signed from another: ${name}`, () => {
      expect(verifySignature(by, message, signature)).to.equal(true)
      expect(verifySignature(by, other, signature)).to.equal(false)
      expect(verifySignature(by, message, { ...signature, hash: ALG.sha384 } as TPMT_SIGNATURE)).to.equal(false)
    })

  it('takes one padding of RSA for no other', () => {
    const swapped = (signature: TPMT_SIGNATURE, sigAlg: number) => ({ ...signature, sigAlg }) as TPMT_SIGNATURE
    expect(verifySignature(rsa.publicArea, message, swapped(rsassa, ALG.rsapss))).to.equal(false)
    expect(verifySignature(rsa.publicArea, message, swapped(rsapss, ALG.rsassa))).to.equal(false)
  })

  it('pads r and s to the order of the curve, and cuts zeros in front', () => {
    const zero = Uint8Array.of(0)
    expect(verifySignature(ecc.publicArea, message, ecdsa(Uint8Array.of(0, ...r), s))).to.equal(true)
    expect(verifySignature(ecc.publicArea, message, ecdsa(r, Uint8Array.of(...zero, ...zero, ...s)))).to.equal(true)
    expect(verifySignature(ecc.publicArea, message, ecdsa(s, r))).to.equal(false)
    const stripped = (bytes: Uint8Array) => bytes.subarray(bytes.findIndex((byte) => byte !== 0))
    let short = eccSignature(wide)
    // Half of them begin with a zero
    while (short.r[0] !== 0) short = eccSignature(wide)
    expect(verifySignature(wide.publicArea, message, ecdsa(stripped(short.r), stripped(short.s)))).to.equal(true)
  })

  it('takes a signature by a curve for none by RSA, whatever it calls itself', () => {
    const sig = new Uint8Array(sign('sha256', message, ecc.privateKey))
    for (const sigAlg of [ALG.rsassa, ALG.rsapss])
      expect(verifySignature(ecc.publicArea, message, { sigAlg, hash: ALG.sha256, sig })).to.equal(false)
  })

  it('is false for a scheme that the type of the key does not have', () => {
    for (const { name, by, signature } of [
      { name: 'ECDSA by RSA', by: rsa.publicArea, signature: ecdsa(r, s) },
      { name: 'RSASSA by ECC', by: ecc.publicArea, signature: rsassa },
      { name: 'RSAPSS by ECC', by: ecc.publicArea, signature: rsapss },
      {
        name: 'ECSCHNORR',
        by: ecc.publicArea,
        signature: { ...ecdsa(r, s), sigAlg: ALG.ecschnorr } as TPMT_SIGNATURE,
      },
      { name: 'none by RSA', by: rsa.publicArea, signature: { sigAlg: ALG.null } as TPMT_SIGNATURE },
      { name: 'none by ECC', by: ecc.publicArea, signature: { sigAlg: ALG.null } as TPMT_SIGNATURE },
    ])
      expect(verifySignature(by, message, signature), name).to.equal(false)
  })
})
