import { constants, sign } from 'node:crypto'
import { Reader } from '../../../core/bytes/index.ts'
import {
  ALG,
  curve,
  digest,
  digestSize,
  encode,
  generatedValue,
  handleName,
  hashAlgorithm,
  kdfa,
  RC,
  RH,
  TPMS_ATTEST,
  type RsaPublic,
  type TPMT_SIG_SCHEME,
  type TPMT_SIGNATURE,
} from '../../../core/tpm/index.ts'
import { timeInfo } from '../state/time-info.ts'
import { selectSignScheme } from '../signing/select-scheme.ts'
import { signDigest } from '../signing/sign-digest.ts'
import type { LoadedObject } from '../state/loaded-object.ts'
import { contextHash, type TpmState } from '../state/tpm-state.ts'

/** The null handle signs nothing: the answer then has the structure alone. */
type Signer = LoadedObject | undefined
/** What a command attests: the type and its own part of the structure. */
export type Attested = TPMS_ATTEST extends infer A
  ? A extends { readonly type: infer T; readonly attested: infer B }
    ? { readonly type: T; readonly attested: B }
    : never
  : never

/** A cipher's key, which may have the attribute too, authenticates messages alone. */
export const canSign = (signer: Signer): boolean =>
  signer === undefined ||
  (signer.publicArea.objectAttributes.sign &&
    signer.publicArea.type !== ALG.symcipher &&
    signer.sensitive !== undefined)

/** The scheme a signer uses, TPM_ALG_NULL without a signer; undefined if signer and request do not agree. */
export function attestationScheme(signer: Signer, requested: TPMT_SIG_SCHEME): TPMT_SIG_SCHEME | undefined {
  return signer === undefined ? { scheme: ALG.null } : selectSignScheme(signer.publicArea, requested)
}

/** Part 1, 36.7: keys outside the endorsement and platform hierarchies do not show which TPM they are in. */
function obfuscation(tpm: TpmState, signer: Signer, qualifiedSigner: Uint8Array): readonly [bigint, number, number] {
  if (signer?.hierarchy === RH.endorsement || signer?.hierarchy === RH.platform) return [0n, 0, 0]
  const offsets = kdfa(contextHash, tpm.proofOf(RH.owner), 'OBFUSCATE', qualifiedSigner, undefined, 128)
  const from = new Reader(offsets)
  return [from.u64(), from.u32(), from.u32()]
}

interface Attesting {
  readonly signHandle: Signer
  readonly scheme: TPMT_SIG_SCHEME
  readonly qualifyingData: Uint8Array
}
const empty = new Uint8Array(0)

/**
 * TPMS_ATTEST as bytes, and their signature (Part 1, 31).
 * @throws SCHEME if the key cannot sign by this scheme; VALUE if ECDAA is to use a commitment that is not open.
 */
export function attest(
  tpm: TpmState,
  attesting: Attesting,
  attested: Attested,
  fail: (rc: number, subject: 'inScheme') => never,
): { readonly info: Uint8Array; readonly signature: TPMT_SIGNATURE } {
  const info = compose(tpm, attesting, attested)
  const { signHandle, scheme, qualifyingData } = attesting
  // An anonymous signer's structure leaves out what the caller wants signed along
  const isSignedAlong = signHandle !== undefined && scheme.scheme === ALG.ecdaa && qualifyingData.length > 0
  const signature = isSignedAlong
    ? signDigest(tpm, signHandle, scheme, digest(scheme.hashAlg, qualifyingData, digest(scheme.hashAlg, info)))
    : signAttest(tpm, signHandle, scheme, info)
  return { info, signature: signature ?? fail(RC.scheme, 'inScheme') }
}

/** An anonymous signer does not say who it is. */
function compose(tpm: TpmState, { signHandle: signer, scheme, qualifyingData }: Attesting, attested: Attested) {
  const isAnonymous = scheme.scheme === ALG.ecdaa
  const qualifiedSigner = isAnonymous ? empty : (signer?.qualifiedName ?? handleName(RH.null))
  const [firmware, reset, restart] = obfuscation(tpm, signer, qualifiedSigner)
  const { clockInfo } = timeInfo(tpm)
  return encode(TPMS_ATTEST, {
    magic: generatedValue,
    qualifiedSigner,
    extraData: isAnonymous ? empty : qualifyingData,
    clockInfo: {
      ...clockInfo,
      resetCount: (clockInfo.resetCount + reset) >>> 0,
      restartCount: (clockInfo.restartCount + restart) >>> 0,
    },
    firmwareVersion: BigInt.asUintN(64, tpm.profile.firmwareVersion + firmware),
    ...attested,
  })
}

/** Whether a salt as long as the digest fits (RFC 8017, 9.1.1), as OpenSSL needs it; `encodePss` shortens it else. */
const hasRoomForSalt = ({ parameters }: RsaPublic, hash: number): boolean =>
  parameters.keyBits / 8 >= 2 * digestSize(hash) + 2

/** Signs what the TPM itself composed; undefined where the key cannot sign by this scheme. */
export function signAttest(
  tpm: TpmState,
  signer: Signer,
  scheme: TPMT_SIG_SCHEME,
  composed: Uint8Array,
): TPMT_SIGNATURE | undefined {
  if (signer === undefined || !('hashAlg' in scheme)) return { sigAlg: ALG.null }
  const { publicArea } = signer
  const hash = scheme.hashAlg
  const { node } = hashAlgorithm(hash)
  const row = publicArea.type === ALG.ecc ? curve(publicArea.parameters.curveID) : undefined
  if (row?.jwk !== undefined && scheme.scheme === ALG.ecdsa) {
    const raw = new Uint8Array(sign(node, composed, { key: signer.privateKey, dsaEncoding: 'ieee-p1363' }))
    const { coordinateBytes } = row
    return {
      sigAlg: ALG.ecdsa,
      hash,
      signatureR: raw.slice(0, coordinateBytes),
      signatureS: raw.slice(coordinateBytes),
    }
  }
  const isPss = scheme.scheme === ALG.rsapss
  if (publicArea.type === ALG.rsa && (scheme.scheme === ALG.rsassa || (isPss && hasRoomForSalt(publicArea, hash)))) {
    const padding = isPss ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING
    const saltLength = constants.RSA_PSS_SALTLEN_DIGEST
    const sig = new Uint8Array(
      sign(node, composed, { key: signer.privateKey, padding, ...(isPss ? { saltLength } : {}) }),
    )
    return { sigAlg: scheme.scheme, hash, sig }
  }
  return signDigest(tpm, signer, scheme, digest(hash, composed))
}
