/** The gates as the agent meets them: plain values in, plain values out. Every call may fail with GateError. */

export interface SignedCore {
  readonly core: Uint8Array
  readonly signature: Uint8Array
}

export interface BeginAnswer {
  readonly machineId: Uint8Array
  readonly enrolmentId: Uint8Array
  readonly serverId: Uint8Array
  readonly sealedStateKey: string
}

export interface CredentialChallenge {
  readonly credentialBlob: Uint8Array
  readonly secret: Uint8Array
}

export interface CompleteAnswer {
  /** DER, leaf first. */
  readonly machineCertificates: readonly Uint8Array[]
  readonly ekCertificates: readonly Uint8Array[]
  readonly serverAnchor: Uint8Array
  readonly mainAddress: string
  readonly machineName: string
}

/** The enrolment. */
export interface JoinGate {
  begin(request: SignedCore): Promise<BeginAnswer>
  prove(request: SignedCore): Promise<readonly CredentialChallenge[]>
  complete(request: SignedCore): Promise<CompleteAnswer>
  close(): void
}

export interface PowerOnRequest {
  readonly stateGeneration: number
  readonly bootTokens: readonly Uint8Array[]
  readonly nextTokenHash: Uint8Array
  readonly oneTimePublicKey: Uint8Array
  /** Empty where the machine asks no platform. */
  readonly platformDocument: Uint8Array
}

export type Admission =
  | {
      readonly kind: 'admitted'
      readonly bootId: Uint8Array
      readonly decision: bigint
      readonly sealedStateKeys: string
    }
  | { readonly kind: 'rekey'; readonly decision: bigint; readonly sealedRekey: string }

/** How long a held request waits for a person, and who is told. */
export interface Waiting {
  readonly timeoutMs: number
  readonly onHeld: (decision: bigint) => void
}

export interface PcrBankSelection {
  readonly hash: number
  readonly pcrs: readonly number[]
}

export interface Challenge {
  readonly challenge: Uint8Array
  readonly selection: readonly PcrBankSelection[]
  /** Whether the TPM is to be capped between quote and request: the keys will not be bound to values of PCRs. */
  readonly capBeforeRelease: boolean
}

export interface ReleaseRequest {
  readonly bootId: Uint8Array
  readonly challenge: Uint8Array
  readonly core: Uint8Array
  readonly attest: Uint8Array
  readonly signature: Uint8Array
  readonly oneTimePublicKey: Uint8Array
}

export interface Release {
  readonly decision: bigint
  readonly sealedKeys: string
}

export interface Deposit {
  readonly uuid: Uint8Array
  readonly keyslotDigest: Uint8Array
  readonly key: Uint8Array
}

/** A statement for somebody else that this machine's boot was accepted. */
export interface AttestationAsked {
  readonly audience: string
  /** Empty where it is bound to no question. */
  readonly nonce: string
}

export interface AttestationToken {
  readonly token: string
  readonly expiresUnixMs: number
}

/** The two gates of a boot, and what a running machine deposits. */
export interface BootGate {
  powerOn(request: PowerOnRequest, waiting: Waiting): Promise<Admission>
  challenge(bootId: Uint8Array): Promise<Challenge>
  release(request: ReleaseRequest): Promise<Release>
  depositKey(deposit: Deposit): Promise<void>
  attest(asked: AttestationAsked): Promise<AttestationToken>
  close(): void
}

/** What names the machine to the server, and the server to the machine. */
export interface MachineCredentials {
  readonly address: string
  readonly anchorPem: string
  readonly certificatesPem: string
  readonly keyPem: string
}

/** Opens connections to the server; tests put one in place that loses requests and answers. */
export interface GateClient {
  /** @throws GateError `wrong-server`, `unreachable`. */
  join(address: string, anchorSha256: Uint8Array): Promise<JoinGate>
  boot(credentials: MachineCredentials): BootGate
}
