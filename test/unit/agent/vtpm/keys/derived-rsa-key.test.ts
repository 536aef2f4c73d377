import { expect } from 'chai'
import { createHash } from 'node:crypto'
import { SeededStream } from '../../../../../agent/vtpm/keys/byte-stream.ts'
import { PowerThreads } from '../../../../../agent/vtpm/keys/power-threads.ts'
import { deriveRsaKey } from '../../../../../agent/vtpm/keys/rsa-key.ts'
import { toHex } from '../../../../../core/bytes/index.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Keys that machines in use have: whoever changes one of these locks their owners out of everything sealed to them. */
const known = [
  {
    bits: 1024,
    exponent: 65537,
    seed: 1,
    modulus: 'd11aef459f7ef8fefd362bb1310dd1df283f7c94afc96e4d8203f03e38f7ef23',
    prime: '69bca921f6219ce86885f264c25e2bc7163e5f7479ec7d231afd7519a180d995',
    next: '7cffbf3e19f0b83e',
  },
  {
    bits: 2048,
    exponent: 65537,
    seed: 1,
    modulus: 'e633ee5afbedc90012b0349e5ed69138a779da723c393da26ed205f8f92c0da7',
    prime: 'eeb0424c47a2caf695085b19d19aaf74fff1119bf0ade5b03f6dfe8fcfd373e3',
    next: '63266403ed3a0c29',
  },
  {
    bits: 2048,
    exponent: 65537,
    seed: 2,
    callerData: 'caller data',
    modulus: '48fbca462bdcfdefefa327025b144afe0f0ef85bd62dff037734904b151e58c8',
    prime: 'eafada7b000f4742e9cb4e9c00f8405cdb64f4db7b2a5e874f871d5f579b0c1f',
    next: 'f53faa21244d333c',
  },
  {
    bits: 2048,
    exponent: 65537,
    seed: 3,
    modulus: '328d961ec2450ca72670ac71208d237ce08898ea37ec22daf9572c2d22e1702e',
    prime: 'b9571b4775e38a9b3f8f8937c5bda48429107926d0866ecc9d7ba25acd454f97',
    next: 'f39e038b5ee3e41a',
  },
  {
    bits: 2048,
    exponent: 3,
    seed: 4,
    modulus: '042912f605a4a0528eadf5a68b052e87361e322857d73321405c2f627516e3ec',
    prime: 'd71f9a8e95b0980c3c49e0c6afdda88e79b61f0683eb73cd2addd601e4c529d6',
    next: 'd93a6ef9045e5670',
  },
  {
    bits: 3072,
    exponent: 65537,
    seed: 5,
    modulus: 'c2f5089eb4717cba415a54a48163cf3b4d590a929b0631d5abd04b9cf9941fd9',
    prime: 'b053e71e43cdfb77133bac9121f89c60753057f1d4b19784e8dd21ee0a21c37b',
    next: 'ccca352bc77fb1f4',
  },
]

describe('an RSA key from a seed', () => {
  const [one, three] = [new PowerThreads(1), new PowerThreads(3)]
  for (const { bits, exponent, seed, callerData = '', ...digests } of known) {
    for (const threads of [one, three]) {
      it(`${bits} bits, exponent ${exponent}, seed ${seed}: the known key, with ${threads.count} threads`, async () => {
        const stream = new SeededStream({
          seed: new Uint8Array(createHash('sha512').update(`seed ${seed}`).digest()),
          label: 'Primary Object Creation',
          contextU: ascii(`name ${seed}`),
          contextV: ascii(callerData),
        })
        const key = await deriveRsaKey(bits, exponent, { stream, threads })
        const found = { modulus: sha256(key.modulus), prime: sha256(key.prime), next: toHex(stream.read(8)) }
        expect(found).to.deep.equal(digests)
      })
    }
  }
})
