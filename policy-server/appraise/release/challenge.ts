import { createCipheriv, createDecipheriv } from 'node:crypto'
import { concat, Reader, Writer } from '../../../core/bytes/index.ts'
import { decodeSelection, encodeSelection, selectionBytes, type PcrSelection } from '../../../core/evidence/index.ts'
import { SecretBytes, type KeyVault, type Random } from '../../keys/index.ts'
import type { Store } from '../../store/index.ts'

/** "BLch", version 2: authenticated with the rest. */
const header = Uint8Array.of(0x42, 0x4c, 0x63, 0x68, 2)
const nonceBytes = 12 // SP 800-38D, 5.2.1.1
const tagBytes = 16
const idBytes = 16
const saltBytes = 16
const keyBytes = 32
const sealedBytes = header.length + nonceBytes + 2 * idBytes + 8 + selectionBytes + saltBytes + tagBytes

const secretName = 'challenge-key'
const context = { purpose: 'challenge-key', version: 1 } as const

/** Whom a challenge is for, and until when. */
export interface Challenge {
  readonly machineId: Uint8Array
  readonly bootId: Uint8Array
  readonly expiresUnixMs: number
  /** What has to be quoted. */
  readonly selection: PcrSelection
}

/** Seals challenges, so that the server need not remember them: only one that is spent leaves a record. */
export class ChallengeSealer {
  readonly #key: SecretBytes
  readonly #random: Random

  constructor(key: SecretBytes, random: Random) {
    this.#key = key
    this.#random = random
  }

  /** With the server's own key, made at the first start and kept wrapped. */
  static async load(store: Store, vault: KeyVault, random: Random): Promise<ChallengeSealer> {
    const fresh = await vault.wrap(context, random(keyBytes))
    const wrapped = await store.transact(async (tx) => {
      await tx
        .insertInto('serverSecrets')
        .values({ name: secretName, wrapped: fresh })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute()
      const row = tx.selectFrom('serverSecrets').select('wrapped').where('name', '=', secretName)
      return (await row.executeTakeFirstOrThrow()).wrapped
    })
    return new ChallengeSealer(new SecretBytes(await vault.unwrap(context, wrapped)), random)
  }

  seal({ machineId, bootId, expiresUnixMs, selection }: Challenge): Uint8Array {
    const nonce = this.#random(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', this.#key.reveal(), nonce, { authTagLength: tagBytes })
    cipher.setAAD(header)
    const plaintext = new Writer()
      .bytes(machineId)
      .bytes(bootId)
      .u64(BigInt(expiresUnixMs))
      .bytes(encodeSelection(selection))
      .bytes(this.#random(saltBytes))
      .done()
    return concat(header, nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
  }

  /** What a challenge of ours says; undefined for anything else. */
  open(untrustedChallenge: Uint8Array): Challenge | undefined {
    if (untrustedChallenge.length !== sealedBytes) return undefined
    const from = new Reader(untrustedChallenge)
    if (!from.bytes(header.length).every((byte, at) => byte === header[at])) return undefined
    const nonce = from.bytes(nonceBytes)
    const body = from.bytes(from.left - tagBytes)
    const decipher = createDecipheriv('aes-256-gcm', this.#key.reveal(), nonce, { authTagLength: tagBytes })
    decipher.setAAD(header)
    decipher.setAuthTag(from.bytes(tagBytes))
    try {
      const plaintext = new Reader(concat(decipher.update(body), decipher.final()))
      const machineId = plaintext.bytes(idBytes)
      const bootId = plaintext.bytes(idBytes)
      const expiresUnixMs = Number(plaintext.u64())
      return { machineId, bootId, expiresUnixMs, selection: decodeSelection(plaintext.bytes(selectionBytes)) }
    } catch {
      return undefined // altered, or sealed by another server
    }
  }

  close(): void {
    this.#key.forget()
  }
}
