import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { equalInConstantTime, fromHex } from '../../core/bytes/index.ts'
import { ALG, cfbEncrypt, digest, hmac } from '../../core/tpm/index.ts'

const text = new TextEncoder()
const abc = text.encode('abc')

/** One primitive, and what it answered when it was known to be right. */
interface KnownAnswer {
  readonly name: string
  readonly compute: () => Uint8Array
  readonly expected: string
}

/** Digests of FIPS 180-4's example, RFC 4231's second HMAC, SP 800-38A's F.3.13. */
export const knownAnswers: readonly KnownAnswer[] = [
  {
    name: 'SHA-1',
    compute: () => digest(ALG.sha1, abc),
    expected: 'a9993e364706816aba3e25717850c26c9cd0d89d',
  },
  {
    name: 'SHA-256',
    compute: () => digest(ALG.sha256, abc),
    expected: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  },
  {
    name: 'SHA-384',
    compute: () => digest(ALG.sha384, abc),
    expected: 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
  },
  {
    name: 'SHA-512',
    compute: () => digest(ALG.sha512, abc),
    expected:
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a' +
      '2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  },
  {
    name: 'HMAC',
    compute: () => hmac(ALG.sha256, text.encode('Jefe'), text.encode('what do ya want for nothing?')),
    expected: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  },
  {
    name: 'AES',
    compute: () =>
      cfbEncrypt(
        ALG.aes,
        fromHex('2b7e151628aed2a6abf7158809cf4f3c'),
        fromHex('6bc1bee22e409f96e93d7e117393172a'),
        fromHex('000102030405060708090a0b0c0d0e0f'),
      ),
    expected: '3b3fd92eb72dad20333449f8e83cfb4a',
  },
]

/** A signature that is known to be good, of a key of no other use. */
interface KnownSignature {
  readonly name: string
  readonly key: KeyObject
  readonly message: Uint8Array
  readonly signature: string
}

const der = (hex: string, type: 'pkcs1' | 'spki'): KeyObject =>
  createPublicKey({ key: Buffer.from(hex, 'hex'), format: 'der', type })

/** RFC 6979, A.2.5, and an RSASSA signature of OpenSSL's. */
const knownSignatures = (): readonly KnownSignature[] => [
  {
    name: 'ECDSA',
    key: der(
      '3059301306072a8648ce3d020106082a8648ce3d03010703420004' +
        '60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6' +
        '7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
      'spki',
    ),
    message: text.encode('sample'),
    signature:
      'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716' +
      'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
  },
  {
    name: 'RSA',
    key: der(
      '3082010a0282010100adf73a6f2180e6b9a3f8c59d16cb0e2a698be5626ce43eb0d047b28e6e55692304e0a414357211' +
        '2c38ec9624bad9641a8bee59d43034740f8839fa33f582e5fdda71c3d711ed1a091437f16f8695f2cb76e07cb80f9d8f' +
        '68bfb8c9446a56ec4bca63f51c70bd93822856c48a464c08f9d3cb2899246277a079cd04336061193e52d74fdd8eca5b' +
        '3a83118f96e6f80dbd0e58836248b1b5f824d7dd07db7a1f20cab61af36e05d9be888c72874ab9bc0f1a671082d014d5' +
        '38a789eb190d583e5c243f2b3089bfa932a03a3d379dad7c63b57b2ec88407a4634a6cef2a521ec93e27df2a37801d86' +
        'b2d52b1022115b81c886fe98f94282584e1d0421a4002bcfa30203010001',
      'pkcs1',
    ),
    message: abc,
    signature:
      '5f56db8e256be34cb6029e5844f40b916cfa2f1e98c206b448b6e867e4c4326c26f096b60c53aa522512b883233c8886' +
      'a16e233629613f06b0a6b50a3869330b7771f9512a570aeee9e2cec95c7201ea506de955b201f97f321a992b3121c26f' +
      '8684a34a788d41c54ceedcb5ddf2b94e34d6e83285a9f82e18aab1b25f51735f4e5a27b1b34e38d881a6b6f07524a651' +
      '6982b065c77a92f071892f7c2902c63643b73a275d0528a20063483c2c9a9060f81da6ec7374c93a49cd1866995f1094' +
      'dbb048e59505dae89f25363ad9963fcc718b5860fa8a6052823c1b77348c236fe956b09516774d469dfea919b2fea1dc' +
      '4e223b8c6f51143a7799ee7d385d139d',
  },
]

/**
 * Tests what this TPM computes by; signatures on Node's thread pool.
 * @throws Error naming what is wrong, which puts the TPM into failure mode.
 */
export async function selfTest(answers = knownAnswers, signatures = knownSignatures()): Promise<void> {
  for (const { name, compute, expected } of answers)
    if (!equalInConstantTime(compute(), fromHex(expected))) throw new Error(`${name} fails its test`)
  await Promise.all(signatures.map(checkSignature))
}

function checkSignature({ name, key, message, signature }: KnownSignature): Promise<void> {
  return new Promise((resolve, reject) => {
    const how = { key, dsaEncoding: 'ieee-p1363' } as const
    verify('sha256', message, how, fromHex(signature), (error, isGood) => {
      if (error === null && isGood) resolve()
      else reject(new Error(`${name} fails its test`, { cause: error }))
    })
  })
}
