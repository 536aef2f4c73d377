import { constants, privateDecrypt, privateEncrypt } from 'node:crypto'
import {
  ALG,
  curve,
  hmac,
  type Random,
  RC,
  taggedDigest,
  type TPMT_SIG_SCHEME,
  type TPMT_SIGNATURE,
} from '../../../core/tpm/index.ts'
import { closeCommit, committedScalar, openCommit } from '../state/commits.ts'
import type { LoadedObject } from '../state/loaded-object.ts'
import type { TpmState } from '../state/tpm-state.ts'
import { TpmError } from '../tpm-error.ts'
import { ecdaaSign } from './ecdaa.ts'
import { ecdsaSign } from './ecdsa.ts'
import { ecschnorrSign } from './ecschnorr.ts'
import { digestInfo, encodePss } from './rsa-padding.ts'
import { sm2Sign } from './sm2.ts'

/**
 * Signs a digest; undefined where the key cannot sign by this scheme.
 * @throws TpmError VALUE if ECDAA is to use a commitment that is not open.
 */
export function signDigest(
  tpm: TpmState,
  key: LoadedObject,
  scheme: TPMT_SIG_SCHEME,
  digest: Uint8Array,
): TPMT_SIGNATURE | undefined {
  switch (key.publicArea.type) {
    case ALG.rsa:
      return signByRsa(key, key.publicArea.parameters.keyBits, scheme, digest, tpm.random)
    case ALG.ecc:
      return scheme.scheme === ALG.ecdaa
        ? signByCommitment(tpm, key, key.publicArea.parameters.curveID, scheme, digest)
        : signByEcc(key, key.publicArea.parameters.curveID, scheme, digest, tpm.random)
    case ALG.keyedhash:
      return signByHmac(key, scheme, digest)
    case ALG.symcipher:
      return undefined
  }
}

function signByRsa(
  { privateKey: key }: LoadedObject,
  keyBits: number,
  scheme: TPMT_SIG_SCHEME,
  digest: Uint8Array,
  random: Random,
): TPMT_SIGNATURE | undefined {
  if (scheme.scheme === ALG.rsassa) {
    const sig = privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, digestInfo(scheme.hashAlg, digest))
    return { sigAlg: ALG.rsassa, hash: scheme.hashAlg, sig: new Uint8Array(sig) }
  }
  if (scheme.scheme === ALG.rsapss) {
    const encoded = encodePss(scheme.hashAlg, digest, keyBits, random)
    const sig = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, encoded)
    return { sigAlg: ALG.rsapss, hash: scheme.hashAlg, sig: new Uint8Array(sig) }
  }
  return undefined
}

function signByEcc(
  { sensitive }: LoadedObject,
  curveID: number,
  scheme: TPMT_SIG_SCHEME,
  digest: Uint8Array,
  random: Random,
): TPMT_SIGNATURE | undefined {
  if (sensitive?.sensitiveType !== ALG.ecc) return undefined
  const row = curve(curveID)
  const d = sensitive.sensitive
  if (scheme.scheme === ALG.ecdsa)
    return { sigAlg: ALG.ecdsa, hash: scheme.hashAlg, ...ecdsaSign(row, d, digest, random) }
  if (scheme.scheme === ALG.sm2) return { sigAlg: ALG.sm2, hash: scheme.hashAlg, ...sm2Sign(row, d, digest, random) }
  if (scheme.scheme === ALG.ecschnorr) {
    const { hashAlg } = scheme
    return { sigAlg: ALG.ecschnorr, hash: hashAlg, ...ecschnorrSign(row, d, { hashAlg, digest }, random) }
  }
  return undefined
}

function signByCommitment(
  tpm: TpmState,
  { sensitive, name }: LoadedObject,
  curveID: number,
  { hashAlg, count }: Extract<TPMT_SIG_SCHEME, { scheme: typeof ALG.ecdaa }>,
  digest: Uint8Array,
): TPMT_SIGNATURE | undefined {
  if (sensitive?.sensitiveType !== ALG.ecc) return undefined
  const row = curve(curveID)
  const { commits } = tpm.reset
  const counter = openCommit(commits, count)
  if (counter === undefined) throw new TpmError(RC.value)
  const committed = committedScalar(row, commits, counter, name)
  const signature = ecdaaSign(row, sensitive.sensitive, { hashAlg, digest, committed }, tpm.random)
  committed.fill(0)
  tpm.reset = { ...tpm.reset, commits: closeCommit(commits, counter) }
  return { sigAlg: ALG.ecdaa, hash: hashAlg, ...signature }
}

function signByHmac(
  { sensitive }: LoadedObject,
  scheme: TPMT_SIG_SCHEME,
  digest: Uint8Array,
): TPMT_SIGNATURE | undefined {
  if (scheme.scheme !== ALG.hmac || sensitive?.sensitiveType !== ALG.keyedhash) return undefined
  const { hashAlg } = scheme
  return { sigAlg: ALG.hmac, hmac: taggedDigest(hashAlg, hmac(hashAlg, sensitive.sensitive, digest)) }
}
