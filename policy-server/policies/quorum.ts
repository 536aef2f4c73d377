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
 * Whose signatures are asked for now; undefined where nobody's.
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
 * What a change of this kind needs. A new list of signers needs the quorum of the list before, or one administrator could ask
 * for nobody's signature; and its own, or a list could be put in force under which nobody can sign.
 */
export async function quorumFor(
  tx: Tx,
  kind: DocumentKind,
  proposed: Signers | undefined,
  nowUnixMs: number,
): Promise<Quorum> {
  const counts = ({ isRetired, untilUnixMs = Infinity }: EnrolledKey) => !isRetired && nowUnixMs < untilUnixMs
  const lists = [await signersInForce(tx), kind === 'Signers' ? proposed : undefined].filter(
    (list) => list !== undefined,
  )
  const keyring = new Map<string, EnrolledKey>()
  for (const list of lists)
    for (const [keyId, key] of list.keyring) if (!keyring.has(keyId) || counts(key)) keyring.set(keyId, key)
  return { lists, keyring }
}

/** Counts engineers, list by list, by signatures that hold now. */
export async function tally(
  { lists, keyring }: Quorum,
  change: Change,
  signatures: readonly Pick<VerifiedSignature, 'protectedHeader' | 'signature'>[],
  nowUnixMs: number,
): Promise<Tally> {
  const reached: boolean[] = []
  for (const { required, keyring: keys } of lists)
    reached.push(engineersOf(await stillValid(change, signatures, keys, nowUnixMs)).size >= required)
  return {
    required: Math.max(0, ...lists.map(({ required }) => required)),
    signatures: await stillValid(change, signatures, keyring, nowUnixMs),
    isReached: reached.every(Boolean),
  }
}
