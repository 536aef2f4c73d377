import type { StateKey } from '../../core/keys/index.ts'
import type { TPMT_PUBLIC, Transport } from '../../core/tpm/index.ts'

/** Under what a state file is written. */
export interface StateHeader extends StateKey {
  readonly machineId: Uint8Array
}

/** A TPM that has power; one that firmware uses as well was started up. */
export interface PoweredTpm {
  readonly transport: Transport
  atLocality(locality: number): Transport
  /** Takes the power and gives it again: _TPM_Init. */
  reset(): Promise<void>
  /** Shuts the TPM down, takes its power and closes its state; the keys of the state are forgotten. */
  close(): Promise<void>
}

/** Makes, opens and changes the TPM of a state file. */
export interface TpmHost {
  /** Whether others have the platform hierarchy and the power of the TPM: then its NV storage takes no certificates of ours. */
  readonly isForeign?: true
  /** How the AK is made, where it is not as in our own TPM. */
  readonly akTemplate?: TPMT_PUBLIC
  /** A new TPM; a file that is there already, left by a crash, is replaced. */
  manufacture(path: string, header: StateHeader): Promise<PoweredTpm>
  /** A TPM of this state with another endorsement seed: new EKs and AKs, the owner's hierarchy and NV storage as before. */
  remake(path: string, header: StateHeader, formerState: Uint8Array): Promise<PoweredTpm>
  /** Re-encrypts the state under `next`, durably, and only then gives power. */
  open(path: string, keys: readonly StateKey[], next: StateKey): Promise<PoweredTpm>
  /** The state itself, for a TPM that is remade. */
  stateOf(path: string, key: StateKey): Promise<Uint8Array>
  /** Whose state it is and under which key, without the key. */
  peek(path: string): { readonly machineId: Uint8Array; readonly generation: number }
}
