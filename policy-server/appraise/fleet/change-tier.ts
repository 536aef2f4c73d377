import { tiers } from '../../../core/policy/index.ts'
import { RpcError } from '../../../core/rpc/index.ts'
import { peopleDemanded, type PolicyShelf } from '../../policies/index.ts'
import {
  endTierWords,
  raiseAlarm,
  sayTier,
  tierWordsOf,
  updateMachine,
  type Row,
  type Tier,
  type Tx,
} from '../../store/index.ts'
import type { IsLiveOperator } from '../admission/approvals.ts'
import { personsAmong } from '../admission/persons.ts'

/** What somebody says of a machine's TPM: that it stands where this tier has it. */
export interface TierOrder {
  readonly tier: Tier
  readonly reason: string
  readonly operator: string
  /** SHA-256 of the SPKI of his certificate. */
  readonly operatorKey: Uint8Array
}

interface TierWork {
  readonly tx: Tx
  readonly machine: Row<'machines'>
  /** Of the TPM that he speaks of. */
  readonly akName: Uint8Array
  readonly order: TierOrder
  readonly nowUnixMs: number
  readonly shelf: PolicyShelf
  readonly isLiveOperator: IsLiveOperator
}

/**
 * Lowers a tier at once; raises it when as many people have said so as sign changes for the machine. What nothing shows, nobody's
 * word makes true: whose a provider's TPM or a confidential VM is, this version does not verify.
 * @throws RpcError `machine/tier-unproven`, `machine/wrong-state`, `policy/unreadable`.
 */
export async function changeTier({ tx, machine, akName, order, nowUnixMs, ...world }: TierWork): Promise<void> {
  const { tier, reason, operator, operatorKey } = order
  if (tier === 'T2' || tier === 'T3') throw new RpcError('machine/tier-unproven')
  const words = await tierWordsOf(tx, machine.id)
  if (rank(tier) <= rank(machine.tier)) {
    const ended = words.filter((word) => rank(word.tier) > rank(tier))
    await endTierWords(tx, idsOf(ended), nowUnixMs)
    await updateMachine(tx, machine.id, { tier })
    return
  }
  const before = personsBehind(words, tier, akName, world.isLiveOperator)
  const word = { tier, akName, operator, operatorKey }
  const persons = personsBehind([...words, word], tier, akName, world.isLiveOperator)
  if (persons.length <= before.length)
    throw new RpcError('machine/wrong-state', 'You have said so already: another person has to.')
  await sayTier(tx, { ...word, machineId: machine.id, reason, saidUnixMs: nowUnixMs })
  if (persons.length >= (await peopleDemanded(tx, world.shelf, machine, nowUnixMs)))
    await updateMachine(tx, machine.id, { tier })
}

/** What was said was said of another TPM. */
export async function forgetTier(tx: Tx, machine: Row<'machines'>, nowUnixMs: number): Promise<void> {
  await endTierWords(tx, idsOf(await tierWordsOf(tx, machine.id)), nowUnixMs)
  if (machine.tier === 'T0') return
  await updateMachine(tx, machine.id, { tier: 'T0' })
  await raiseAlarm(
    tx,
    machine.id,
    nowUnixMs,
    `it has another TPM: its tier is T0 again, ${machine.tier} was said of the former`,
  )
}

type Word = Pick<Row<'tierWords'>, 'tier' | 'akName' | 'operator' | 'operatorKey'>

/** Each once, by names and keys; whose certificate is live no more says nothing. */
function personsBehind(
  words: readonly Word[],
  tier: Tier,
  akName: Uint8Array,
  isLiveOperator: IsLiveOperator,
): readonly string[] {
  const counting = words.filter(
    (word) =>
      word.tier === tier &&
      Buffer.compare(word.akName, akName) === 0 &&
      isLiveOperator(word.operator, word.operatorKey),
  )
  return personsAmong(counting.map(({ operator, operatorKey }) => ({ by: operator, key: operatorKey })))
}

const rank = (tier: Tier): number => tiers.indexOf(tier)
const idsOf = (words: readonly Row<'tierWords'>[]): readonly number[] => words.map(({ id }) => id)
