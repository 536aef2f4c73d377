import { parseSigners, PolicyError, signersName, type DocumentKind, type Signers } from '../../core/policy/index.ts'
import { RpcError } from '../../core/rpc/index.ts'
import {
  engineersOf,
  stillValid,
  type Change,
  type EnrolledKey,
  type Keyring,
  type VerifiedSignature,
} from '../../core/signing/index.ts'
import type { Row, Tx } from '../store/index.ts'
import type { Unreadable } from './compiled.ts'
import { newestVersion } from './versions.ts'

/** Whose word puts a change in force: that of so many engineers in each of these lists. */
export interface Quorum {
  readonly lists: readonly Pick<Signers, 'required' | 'keyring'>[]
  /** Whether nobody has to sign. */
  readonly isEmpty: boolean
  /** How many at least, also where there is no list. */
  readonly required: number
  /** Every key that may sign it. */
  readonly keyring: Keyring
}

/** Who has signed, and how many have to. */
export interface Tally {
  readonly required: number
  readonly signatures: readonly VerifiedSignature[]
  readonly isReached: boolean
}

/**
 * The list of signers in force; undefined where nobody has to sign.
 * @throws RpcError `policy/unreadable`: without the list nobody's signature counts.
 */
async function signersInForce(tx: Tx): Promise<Signers | undefined> {
  const row = await newestVersion(tx, 'signers', signersName)
  const unreadable = row && unreadableSigners(row)
  if (unreadable !== undefined)
    throw new RpcError(
      'policy/unreadable',
      `The list of signers, version ${unreadable.version}, cannot be read (${unreadable.why}): root can set it aside by reset-signers.`,
    )
  return row && parseSigners(row.document, row.source)
}

/** How many engineers have a key that counts now. */
export async function engineersAble(tx: Tx, nowUnixMs: number): Promise<number> {
  const keys = [...((await signersInForce(tx))?.keyring.values() ?? [])]
  return engineersOf(keys.filter(counting(nowUnixMs))).size
}

const counting =
  (nowUnixMs: number) =>
  ({ isRetired, untilUnixMs = Infinity }: EnrolledKey): boolean =>
    !isRetired && nowUnixMs < untilUnixMs

/** What is wrong with a list of signers, where this version of the program cannot read it. */
export function unreadableSigners({ name, version, document, source }: Row<'signers'>): Unreadable | undefined {
  try {
    parseSigners(document, source)
    return undefined
  } catch (error) {
    if (error instanceof PolicyError) return { kind: 'Signers', name, version, why: error.message }
    throw error
  }
}

/**
 * What a change of this kind needs, where groups demand so many signatures. A new list of signers needs the quorum of the list before, or one administrator could ask
 * for nobody's signature; and its own, or a list could be put in force under which nobody can sign.
 */
export async function quorumFor(
  tx: Tx,
  {
    kind,
    signers,
    demand,
  }: { readonly kind: DocumentKind; readonly signers?: Signers | undefined; readonly demand: number },
  nowUnixMs: number,
): Promise<Quorum> {
  const inForce = await signersInForce(tx)
  const lists = [inForce, kind === 'Signers' ? signers : undefined]
    .filter((list) => list !== undefined)
    .map(({ required, liftsDemands, keyring: keys }) => ({
      required: liftsDemands ? required : Math.max(required, demand),
      keyring: keys,
    }))
  const required = Math.max(inForce?.liftsDemands === true ? 0 : demand, ...lists.map((list) => list.required))
  const isCounting = counting(nowUnixMs)
  const keyring = new Map<string, EnrolledKey>()
  for (const list of lists)
    for (const [keyId, key] of list.keyring) if (!keyring.has(keyId) || isCounting(key)) keyring.set(keyId, key)
  return { lists, isEmpty: required === 0, required, keyring }
}

/** Counts engineers, list by list, by signatures that hold now. */
export async function tally(
  { lists, isEmpty, required, keyring }: Quorum,
  change: Change,
  signatures: readonly Pick<VerifiedSignature, 'protectedHeader' | 'signature'>[],
  nowUnixMs: number,
): Promise<Tally> {
  const reached: boolean[] = []
  for (const list of lists)
    reached.push(engineersOf(await stillValid(change, signatures, list.keyring, nowUnixMs)).size >= list.required)
  return {
    required,
    signatures: await stillValid(change, signatures, keyring, nowUnixMs),
    isReached: isEmpty || (reached.length > 0 && reached.every(Boolean)),
  }
}
