import { bytes, fixed, group, list, record, text } from './record.ts'

/** Begin: spends the join token on this machine key. */
export interface BeginCore {
  readonly token: string
  /** SubjectPublicKeyInfo (DER) of the machine key. */
  readonly machineKeySpki: Uint8Array
  /** P-256 point, uncompressed. */
  readonly oneTimePublicKey: Uint8Array
  /** As the agent gives it: shown to people, never judged. */
  readonly hostName: string
}

/** Prove: the keys of the TPM that was just manufactured. */
export interface ProveCore {
  readonly enrolmentId: Uint8Array
  /** TPMT_PUBLIC of each EK. */
  readonly ekPublics: readonly Uint8Array[]
  /** TPMT_PUBLIC of the AK. */
  readonly akPublic: Uint8Array
}

/** Complete: shows the activated secrets and offers the head of the boot-token chain. */
export interface CompleteCore {
  readonly enrolmentId: Uint8Array
  readonly proof: Uint8Array
  readonly firstBootTokenHash: Uint8Array
}

/** RSA-4096 public areas need 560 bytes. */
const maxPublicBytes = 1024
const maxEks = 8

export const { encode: encodeBeginCore, decode: decodeBeginCore } = record<BeginCore>(
  'BeginCore',
  'BLjb',
  1,
  group({
    token: text(1024, /^[!-~]*$/),
    machineKeySpki: bytes(maxPublicBytes),
    oneTimePublicKey: fixed(65),
    hostName: text(253, /^[!-~]*$/),
  }),
)

export const { encode: encodeProveCore, decode: decodeProveCore } = record<ProveCore>(
  'ProveCore',
  'BLjp',
  1,
  group({ enrolmentId: fixed(16), ekPublics: list(bytes(maxPublicBytes), maxEks), akPublic: bytes(maxPublicBytes) }),
)

export const { encode: encodeCompleteCore, decode: decodeCompleteCore } = record<CompleteCore>(
  'CompleteCore',
  'BLjc',
  1,
  group({ enrolmentId: fixed(16), proof: fixed(32), firstBootTokenHash: fixed(32) }),
)
