import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { documentDigest, signChange, type Change } from '../../core/signing/index.ts'

/** Engineers with a signing key each, and what they write and sign. */
export class Engineers {
  readonly serverId: Uint8Array
  readonly #keys = new Map<string, KeyObject>()

  constructor(serverId: Uint8Array) {
    this.serverId = serverId
  }

  /** The private key of an engineer; made when it is first asked for. */
  keyOf(engineer: string): KeyObject {
    const key = this.#keys.get(engineer) ?? generateKeyPairSync('ed25519').privateKey
    this.#keys.set(engineer, key)
    return key
  }

  /** The document that lists these engineers; `more` is added to the key of each. */
  signers(required: number, engineers: readonly string[], more: Readonly<Record<string, string>> = {}): string {
    const keys = engineers.map((engineer) => {
      const pem = createPublicKey(this.keyOf(engineer)).export({ format: 'pem', type: 'spki' })
      const lines = pem.toString().trimEnd().replaceAll('\n', '\n        ')
      const extra = more[engineer] === undefined ? '' : `\n      ${more[engineer]}`
      return `  ${engineer}:\n    - publicKey: |\n        ${lines}${extra}\n`
    })
    return `kind: Signers\nname: signers\nrequired: ${required}\nengineers:\n${keys.join('')}`
  }

  /** Signatures of these engineers of a document as a version of its name. */
  async sign(document: string, version: number, engineers: readonly string[], other: Partial<Change> = {}) {
    const said = (key: string) => new RegExp(`^${key}: (.+)$`, 'm').exec(document)?.[1] ?? ''
    const { serverId } = this
    const change = { serverId, kind: said('kind'), name: said('name'), version, sha256: documentDigest(document) }
    let signatures: string | undefined
    for (const engineer of engineers)
      signatures = await signChange({ ...change, ...other }, this.keyOf(engineer), signatures)
    return signatures ?? ''
  }
}
