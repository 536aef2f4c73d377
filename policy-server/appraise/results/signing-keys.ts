import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose'
import { equalInConstantTime } from '../../../core/bytes/index.ts'
import type { KeyVault } from '../../keys/index.ts'
import type { Store, Tx } from '../../store/index.ts'

/** RFC 7518, 3.4: the one algorithm that results are signed with; every relying party knows it. */
export const resultAlgorithm = 'ES256'

/** A result lives no longer than that: the last of a period can be verified for so long into the next. */
export const longestResultMs = 60 * 60_000

/** For so long one key signs. */
const periodMs = 30 * 86_400_000
const periodOf = (unixMs: number): number => Math.floor(unixMs / periodMs)

const prefix = 'attestation-key/'
const nameOf = (period: number): string => `${prefix}${period}`
const contextOf = (period: number) => ({ purpose: 'attestation-key', version: period }) as const

/** A key that signs, and what others verify it by. */
export interface ResultKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicJwk: JWK
}

/**
 * The keys that sign attestation results: one for each period of time, made a period before it signs. Whoever keeps the key
 * set for a while has the next key already, and servers over one store agree on it without talking to each other.
 */
export class ResultKeys {
  readonly #store: Store
  readonly #vault: KeyVault
  readonly #opened = new Map<number, OpenedKey>()

  constructor(store: Store, vault: KeyVault) {
    this.#store = store
    this.#vault = vault
  }

  /** The key that signs now. */
  signing(nowUnixMs: number): Promise<ResultKey> {
    return this.#open(periodOf(nowUnixMs))
  }

  /** What results are verified by now: the keys of those that may still be alive, the signing one, and the next. */
  async verifying(nowUnixMs: number): Promise<readonly JWK[]> {
    const period = periodOf(nowUnixMs)
    const periods = new Set([periodOf(nowUnixMs - longestResultMs), period, period + 1])
    const keys = await Promise.all([...periods].map((each) => this.#open(each)))
    return keys.map(({ publicJwk }) => publicJwk)
  }

  /** The store is asked each time: somebody else may have had the keys replaced. */
  async #open(period: number): Promise<ResultKey> {
    const kept = await this.#store.transact((tx) => wrappedKey(tx, period))
    const wrapped = kept ?? (await this.#make(period))
    const known = this.#opened.get(period)
    if (known !== undefined && equalInConstantTime(known.wrapped, wrapped)) return known.key
    const key = await this.#unwrap(period, wrapped)
    this.#opened.set(period, { wrapped, key })
    return key
  }

  async #unwrap(period: number, wrapped: Uint8Array): Promise<ResultKey> {
    const der = await this.#vault.unwrap(contextOf(period), wrapped)
    const privateKey = createPrivateKey({
      key: Buffer.from(der.buffer, der.byteOffset, der.byteLength),
      format: 'der',
      type: 'pkcs8',
    })
    der.fill(0)
    const jwk = await exportJWK(createPublicKey(privateKey))
    const kid = await calculateJwkThumbprint(jwk)
    return { kid, privateKey, publicJwk: { ...jwk, kid, alg: resultAlgorithm, use: 'sig' } }
  }

  /** Whoever comes first makes the key of a period, and removes those that nothing is verified by any more. */
  async #make(period: number): Promise<Uint8Array> {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const der = privateKey.export({ format: 'der', type: 'pkcs8' })
    const fresh = await this.#vault.wrap(contextOf(period), new Uint8Array(der))
    der.fill(0)
    return await this.#store.transact(async (tx) => {
      await tx
        .insertInto('serverSecrets')
        .values({ name: nameOf(period), wrapped: fresh })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute()
      await removeBefore(tx, period - 2)
      return (await wrappedKey(tx, period)) ?? fresh
    })
  }
}

interface OpenedKey {
  readonly wrapped: Uint8Array
  readonly key: ResultKey
}

/** Takes all keys away, of every period; gives how many there were. */
export async function removeResultKeys(tx: Tx): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('serverSecrets')
    .where('name', 'like', `${prefix}%`)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

async function wrappedKey(tx: Tx, period: number): Promise<Uint8Array | undefined> {
  const row = tx.selectFrom('serverSecrets').select('wrapped').where('name', '=', nameOf(period))
  return (await row.executeTakeFirst())?.wrapped
}

async function removeBefore(tx: Tx, period: number): Promise<void> {
  const rows = await tx.selectFrom('serverSecrets').select('name').where('name', 'like', `${prefix}%`).execute()
  const past = rows.map(({ name }) => name).filter((name) => Number(name.slice(prefix.length)) < period)
  if (past.length > 0) await tx.deleteFrom('serverSecrets').where('name', 'in', past).execute()
}
