import { ALG } from '../../../core/tpm/index.ts'

/** TPMA_ALGORITHM (Part 2, 8.2). */
const asymmetric = 1
const symmetric = 2
const hash = 4
const object = 8
const signing = 0x100
const encrypting = 0x200
const method = 0x400

/** The algorithms this TPM has, in the order of their identifiers. */
export const algorithmProperties: readonly { readonly alg: number; readonly algProperties: number }[] = (
  [
    [ALG.rsa, asymmetric | object],
    [ALG.tdes, symmetric],
    [ALG.sha1, hash],
    [ALG.hmac, hash | signing],
    [ALG.aes, symmetric],
    [ALG.mgf1, hash | method],
    [ALG.keyedhash, hash | object | signing | encrypting],
    [ALG.xor, hash | symmetric],
    [ALG.sha256, hash],
    [ALG.sha384, hash],
    [ALG.sha512, hash],
    [ALG.rsassa, asymmetric | signing],
    [ALG.rsaes, asymmetric | encrypting],
    [ALG.rsapss, asymmetric | signing],
    [ALG.oaep, asymmetric | encrypting],
    [ALG.ecdsa, asymmetric | signing],
    [ALG.ecdh, asymmetric | method],
    [ALG.ecdaa, asymmetric | signing],
    [ALG.sm2, asymmetric | signing | method],
    [ALG.ecschnorr, asymmetric | signing],
    [ALG.ecmqv, asymmetric | method],
    [ALG.kdf1_sp800_56a, hash | method],
    [ALG.kdf2, hash | method],
    [ALG.kdf1_sp800_108, hash | method],
    [ALG.ecc, asymmetric | object],
    [ALG.symcipher, object],
    [ALG.camellia, symmetric],
    [ALG.cmac, symmetric | signing],
    [ALG.ctr, symmetric | encrypting],
    [ALG.ofb, symmetric | encrypting],
    [ALG.cbc, symmetric | encrypting],
    [ALG.cfb, symmetric | encrypting],
    [ALG.ecb, symmetric | encrypting],
  ] as const
).map(([alg, algProperties]) => ({ alg, algProperties }))
