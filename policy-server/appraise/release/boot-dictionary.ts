import { digestNames, earlierBoot, type DigestNames, type EarlierBoot } from '../../../core/policy/index.ts'
import type { PolicyShelf } from '../../policies/index.ts'
import { evidenceOf, type Row, type Tx } from '../../store/index.ts'
import { storedEvidenceOf } from './evidence-record.ts'

/** Accepted boots that are looked through: of the machine itself, and of all machines. */
const bootsOfMachine = 8
const bootsOfFleet = 24
/** Reading one takes milliseconds; the same few are asked for again and again. */
const maxKept = 128

/** Names for what was measured: by all reference values in force, and by boots that were accepted before. */
export class BootDictionary {
  readonly #shelf: PolicyShelf
  readonly #kept = new Map<string, EarlierBoot>()

  constructor(shelf: PolicyShelf) {
    this.#shelf = shelf
  }

  /** As things stood before a decision, where its number is given: a boot explains nothing about itself. */
  async names(tx: Tx, machineId: Uint8Array, before = Number.MAX_SAFE_INTEGER): Promise<DigestNames> {
    const { library } = (await this.#shelf.documents(tx)).collection
    const own = await acceptedBefore(tx, before, bootsOfMachine, machineId)
    const fleet = await acceptedBefore(tx, before, bootsOfFleet)
    const boots: EarlierBoot[] = []
    for (const row of [...own, ...fleet]) {
      const boot = await this.#read(tx, row)
      if (boot !== undefined) boots.push(boot)
    }
    return digestNames(library, boots)
  }

  async #read(tx: Tx, row: Accepted): Promise<EarlierBoot | undefined> {
    const name = `decision ${row.number} of ${row.machineName}`
    const known = this.#kept.get(name)
    if (known !== undefined) return known
    const bytes = await evidenceOf(tx, row)
    if (bytes === undefined) return undefined
    const boot = earlierBoot(name, storedEvidenceOf(bytes))
    const [oldest] = this.#kept.keys()
    if (this.#kept.size >= maxKept && oldest !== undefined) this.#kept.delete(oldest)
    this.#kept.set(name, boot)
    return boot
  }
}

type Accepted = Pick<Row<'decisions'>, 'number' | 'machineName' | 'evidenceSha256'>

/** Newest first; all of one machine or of every one. */
function acceptedBefore(tx: Tx, before: number, limit: number, machineId?: Uint8Array): Promise<readonly Accepted[]> {
  let query = tx
    .selectFrom('decisions')
    .select(['number', 'machineName', 'evidenceSha256'])
    .where('outcome', '=', 'released')
    .where('verified', '=', 1)
    .where('number', '<', before)
  if (machineId !== undefined) query = query.where('machineId', '=', machineId)
  return query.orderBy('number', 'desc').limit(limit).execute()
}
