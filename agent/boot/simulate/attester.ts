import { constants, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { concat } from '../../../core/bytes/index.ts'
import type { PcrBanks } from '../../../core/eventlog/index.ts'
import {
  attestationKey,
  defaultSelection,
  encodeRequestCore,
  releaseExtraData,
  type AttestationKey,
  type Expectation,
  type PcrSelection,
  type ReleaseBinding,
  type RequestCore,
  type UntrustedEvidence,
} from '../../../core/evidence/index.ts'
import {
  ALG,
  akTemplate,
  digest,
  encode,
  generatedValue,
  hashAlgorithm,
  selectPcrs,
  ST,
  TPMS_ATTEST,
  TPMT_PUBLIC,
  TPMT_SIGNATURE,
} from '../../../core/tpm/index.ts'

export type QuoteAttest = Extract<TPMS_ATTEST, { type: typeof ST.attestQuote }>

/** What a test may alter on the way to a quote. */
export interface QuoteChanges {
  readonly attest?: (attest: QuoteAttest) => TPMS_ATTEST
  readonly attestBytes?: (attest: Uint8Array) => Uint8Array
  readonly signature?: (signature: TPMT_SIGNATURE) => TPMT_SIGNATURE
  readonly selection?: PcrSelection
  readonly binding?: Partial<ReleaseBinding>
  readonly clockInfo?: Partial<QuoteAttest['clockInfo']>
  /** What is sent beside a quote of the true values. */
  readonly forgePcrs?: (pcrs: PcrBanks) => PcrBanks
}

const rsaPublic = (n: Uint8Array, scheme: typeof ALG.rsassa | typeof ALG.rsapss, hashAlg: number): TPMT_PUBLIC => ({
  ...akTemplate,
  type: ALG.rsa,
  parameters: { symmetric: { algorithm: ALG.null }, scheme: { scheme, hashAlg }, keyBits: 2048, exponent: 0 },
  unique: n,
})

export const binding: ReleaseBinding = {
  challenge: new Uint8Array(64).fill(1),
  serverId: new Uint8Array(32).fill(2),
  machineId: new Uint8Array(16).fill(3),
  bootId: new Uint8Array(16).fill(4),
  clientSpkiSha256: new Uint8Array(32).fill(5),
  oneTimePublicKey: new Uint8Array(65).fill(6),
}

/** A TPM with one attestation key and no other use: it quotes whatever values it is told. */
export class Attester {
  readonly publicBytes: Uint8Array
  readonly #privateKey: KeyObject
  readonly #publicArea: TPMT_PUBLIC

  constructor(
    kind: 'ecdsa' | 'rsassa' | 'rsapss' = 'ecdsa',
    hash: number = ALG.sha256,
    change: (publicArea: TPMT_PUBLIC) => TPMT_PUBLIC = (unchanged) => unchanged,
  ) {
    const { publicKey, privateKey } =
      kind === 'ecdsa'
        ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
        : generateKeyPairSync('rsa', { modulusLength: 2048 })
    const jwk = publicKey.export({ format: 'jwk' })
    this.#privateKey = privateKey
    const publicArea: TPMT_PUBLIC =
      kind === 'ecdsa'
        ? {
            ...akTemplate,
            parameters: { ...akTemplate.parameters, scheme: { scheme: ALG.ecdsa, hashAlg: hash } },
            unique: { x: fromBase64url(jwk.x), y: fromBase64url(jwk.y) },
          }
        : rsaPublic(fromBase64url(jwk.n), ALG[kind], hash)
    this.#publicArea = change(publicArea)
    this.publicBytes = encode(TPMT_PUBLIC, this.#publicArea)
  }

  get key(): AttestationKey {
    return attestationKey(this.publicBytes)
  }

  /** What a server that knows this attester expects. */
  expectation(changes: Partial<Expectation> = {}): Expectation {
    return { key: this.key, binding, selection: defaultSelection, ...changes }
  }

  /** Evidence for a request whose PCR values this TPM holds. */
  attest(core: RequestCore, changes: QuoteChanges = {}): UntrustedEvidence {
    const coreBytes = encodeRequestCore({ ...core, pcrs: changes.forgePcrs?.(core.pcrs) ?? core.pcrs })
    const selection = changes.selection ?? defaultSelection
    const values = selection.flatMap(({ hash, pcrs }) =>
      pcrs.map((pcr) => core.pcrs.get(hash)?.get(pcr) ?? new Uint8Array()),
    )
    const attest: QuoteAttest = {
      magic: generatedValue,
      type: ST.attestQuote,
      qualifiedSigner: this.key.qualifiedNameInEndorsement,
      extraData: releaseExtraData({ ...binding, ...changes.binding, requestCore: coreBytes }),
      clockInfo: { clock: 1000n, resetCount: 7, restartCount: 0, safe: 1, ...changes.clockInfo },
      firmwareVersion: 1n,
      attested: {
        pcrSelect: selection.map(({ hash, pcrs }) => selectPcrs(hash, pcrs)),
        pcrDigest: digest(this.key.scheme.hash, concat(...values)),
      },
    }
    const honest = encode(TPMS_ATTEST, changes.attest?.(attest) ?? attest)
    const attestBytes = changes.attestBytes?.(honest) ?? honest
    const signature = this.#sign(attestBytes)
    return {
      attest: attestBytes,
      signature: encode(TPMT_SIGNATURE, changes.signature?.(signature) ?? signature),
      core: coreBytes,
    }
  }

  #sign(message: Uint8Array): TPMT_SIGNATURE {
    const { sigAlg, hash } = this.key.scheme
    const { node } = hashAlgorithm(hash)
    const key = this.#privateKey
    if (sigAlg === ALG.ecdsa) {
      const raw = new Uint8Array(sign(node, message, { key, dsaEncoding: 'ieee-p1363' }))
      return { sigAlg: ALG.ecdsa, hash, signatureR: raw.slice(0, 32), signatureS: raw.slice(32) }
    }
    const isPss = sigAlg === ALG.rsapss
    const padding = isPss ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING
    return { sigAlg: isPss ? ALG.rsapss : ALG.rsassa, hash, sig: new Uint8Array(sign(node, message, { key, padding })) }
  }
}

function fromBase64url(text: string | undefined): Uint8Array {
  return new Uint8Array(Buffer.from(text ?? '', 'base64url'))
}
