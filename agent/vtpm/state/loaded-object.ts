import type { KeyObject } from 'node:crypto'
import { ALG, kdfa, nameOf, ScalarMultiplier, type TPMT_PUBLIC, type TPMT_SENSITIVE } from '../../../core/tpm/index.ts'
import { privateKeyOf } from '../keys/private-key.ts'

/** An object in a transient slot, or a persistent one that a command uses. */
export class LoadedObject {
  readonly kind = 'object'
  readonly handle: number
  readonly publicArea: TPMT_PUBLIC
  readonly name: Uint8Array
  readonly qualifiedName: Uint8Array
  /** The hierarchy it belongs to; TPM_RH_NULL for a temporary one. */
  readonly hierarchy: number
  /** Loaded by LoadExternal: no storage parent, no claim of a hierarchy. */
  readonly isExternal: boolean
  readonly #sensitive: TPMT_SENSITIVE | undefined
  #privateKey: KeyObject | undefined
  #multiplier: ScalarMultiplier | undefined
  #integrityKey: Uint8Array | undefined

  constructor(load: {
    readonly handle: number
    readonly publicArea: TPMT_PUBLIC
    readonly sensitive: TPMT_SENSITIVE | undefined
    readonly qualifiedName: Uint8Array
    readonly hierarchy: number
    readonly isExternal?: boolean
  }) {
    this.handle = load.handle
    this.publicArea = load.publicArea
    this.name = nameOf(load.publicArea)
    this.qualifiedName = load.qualifiedName
    this.hierarchy = load.hierarchy
    this.isExternal = load.isExternal ?? false
    this.#sensitive = load.sensitive
  }

  /** Undefined for an object of which only the public area is loaded. */
  get sensitive(): TPMT_SENSITIVE | undefined {
    return this.#sensitive
  }
  get authValue(): Uint8Array {
    return this.#sensitive?.authValue ?? new Uint8Array(0)
  }

  /**
   * The private key for node:crypto, made at first use and kept.
   * @throws TypeError if the object has none.
   */
  get privateKey(): KeyObject {
    if (this.#sensitive === undefined) throw new TypeError('only the public area is loaded')
    this.#privateKey ??= privateKeyOf(this.publicArea, this.#sensitive)
    return this.#privateKey
  }

  /**
   * Multiplies points by the private scalar, made at first use and kept.
   * @throws TypeError if the object has none.
   */
  get multiplier(): ScalarMultiplier {
    if (this.publicArea.type !== ALG.ecc || this.#sensitive === undefined)
      throw new TypeError('no private scalar is loaded')
    this.#multiplier ??= new ScalarMultiplier(this.publicArea.parameters.curveID, this.#sensitive.sensitive)
    return this.#multiplier
  }

  /**
   * Authenticates what this storage parent wraps (Part 1, 22.4); made at first use and kept.
   * @throws TypeError if only the public area is loaded.
   */
  get integrityKey(): Uint8Array {
    if (this.#sensitive === undefined) throw new TypeError('only the public area is loaded')
    this.#integrityKey ??= kdfa(this.publicArea.nameAlg, this.#sensitive.seedValue, 'INTEGRITY')
    return this.#integrityKey
  }

  erase(): void {
    this.#privateKey = undefined
    this.#multiplier = undefined
    this.#integrityKey?.fill(0)
    this.#integrityKey = undefined
    for (const secret of Object.values(this.#sensitive ?? {})) if (secret instanceof Uint8Array) secret.fill(0)
  }
  toJSON(): string {
    return `object 0x${this.handle.toString(16)}`
  }
}
