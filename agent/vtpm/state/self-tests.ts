import { ALG } from '../../../core/tpm/index.ts'

/** What a test of an algorithm tests along, where it has a test at all; as libtpms' tests go. */
const tests: ReadonlyMap<number, readonly number[]> = new Map([
  [ALG.tdes, [ALG.tdes]],
  [ALG.sha1, [ALG.sha1]],
  [ALG.hmac, [ALG.sha512]],
  [ALG.aes, [ALG.aes, ALG.cfb]],
  [ALG.sha256, [ALG.sha256]],
  [ALG.sha384, [ALG.sha384]],
  [ALG.sha512, [ALG.sha512]],
  [ALG.rsassa, [ALG.rsassa]],
  [ALG.rsaes, [ALG.rsaes]],
  [ALG.rsapss, [ALG.rsapss]],
  [ALG.oaep, [ALG.sha512, ALG.oaep]],
  [ALG.ecdsa, [ALG.sha512, ALG.ecdsa, ALG.ecdh]],
  [ALG.ecdh, [ALG.ecdh]],
  [ALG.ecschnorr, [ALG.sha512, ALG.ecdh, ALG.ecschnorr]],
  [ALG.kdf1_sp800_108, [ALG.sha512, ALG.kdf1_sp800_108]],
  [ALG.ecc, [ALG.ecdh]],
  [ALG.camellia, [ALG.camellia]],
  [ALG.cfb, [ALG.aes, ALG.cfb]],
])

/** What waits for its test when power comes; OpenSSL has tested itself long before. */
export const untestedAtFirst: readonly number[] = [...new Set([...tests.values()].flat())].sort((a, b) => a - b)

/** What is left untested once these are tested. */
export function untestedAfter(untested: readonly number[], toTest: readonly number[]): readonly number[] {
  const tested = new Set(toTest.flatMap((alg) => tests.get(alg) ?? []))
  return untested.filter((alg) => !tested.has(alg))
}
