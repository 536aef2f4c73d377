import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { EvidenceError } from '../../../core/evidence/index.ts'
import { parseEventLog, type EventLog } from '../../../core/eventlog/index.ts'
import {
  Collection,
  evaluateAdmission,
  evaluateRelease,
  learnPolicy,
  parseGroupAmong,
  parsePolicy,
  parseReferenceValues,
  policyInForce,
  PolicyError,
  quotedBy,
  under,
  type CompiledPolicy,
  type Library,
  type Reason,
} from '../../../core/policy/index.ts'
import { hashAlgorithms } from '../../../core/tpm/index.ts'
import { describedBoot } from '../boot-plan.ts'
import { parseBootTests, type BootCase, type BootTests } from './boot-tests.ts'
import { applyChange } from './changes.ts'
import { writtenLog } from './written-boot.ts'
import { simulatedPlatform } from './simulated-platform.ts'
import { simulate, tryVerifySimulated, verifySimulated, type SimulatedBoot } from './simulated-boot.ts'

/** How one test went. */
export interface CaseResult {
  readonly name: string
  readonly passed: boolean
  /** What came out and what was expected, where it did not pass. */
  readonly problem: string
  readonly outcome: BootCase['expect']['outcome']
  /** Codes of the rules that failed, or the problem of the evidence. */
  readonly codes: readonly string[]
  readonly reasons: readonly Reason[]
}

type Given = NonNullable<BootTests['facts']>
type Certain = Exclude<keyof Given, 'platform'>
type Facts = { readonly [Name in Certain]-?: Exclude<Given[Name], undefined> } & Pick<Given, 'platform'>

const defaults: Facts = { tier: 'T1', from: '10.0.0.1', approvedBy: [], at: '2026-01-01T12:00:00Z', after: 5 }

/**
 * Runs the tests of a file one after the other; files they name are read once.
 * @throws BootTestError, or whatever a file that they name is refused with.
 */
export async function* runBootTests(path: string): AsyncGenerator<CaseResult, void, void> {
  const tests = parseBootTests(await readFile(path, 'utf8'), path)
  const files = new Files(dirname(path))
  for (const test of tests.cases) yield await runCase(test, tests, files)
}

async function runCase(test: BootCase, shared: BootTests, files: Files): Promise<CaseResult> {
  const boot = await bootOf(test, shared, files)
  const facts: Facts = { ...defaults, ...said(shared.facts), ...said(test.facts) }
  const judged = await judge(boot, test, shared, facts, files)
  const wanted = test.expect.reasons
  const isAsWanted =
    judged.outcome === test.expect.outcome &&
    (wanted === undefined || wanted.toSorted().join() === [...judged.codes].sort().join())
  const problem = isAsWanted
    ? ''
    : `expected ${test.expect.outcome}${wanted === undefined ? '' : ` by ${wanted.join(', ')}`}, but it was ${judged.outcome}${judged.codes.length === 0 ? '' : ` by ${judged.codes.join(', ')}`}`
  return { name: test.name, passed: isAsWanted, problem, ...judged }
}

type Judged = Pick<CaseResult, 'outcome' | 'codes' | 'reasons'>

async function judge(
  boot: SimulatedBoot,
  test: BootCase,
  shared: BootTests,
  facts: Facts,
  files: Files,
): Promise<Judged> {
  const policy = await policyOf(boot, test, shared, files)
  if (policy instanceof PolicyError) return { outcome: 'bad-policy', codes: [], reasons: [] }
  const asked = quotedBy(policy)
  const changed = (test.change ?? []).reduce(applyChange, { ...boot, asked })
  const evidence = tryVerifySimulated(changed)
  if (evidence instanceof EvidenceError) return { outcome: 'bad-evidence', codes: [evidence.problem], reasons: [] }
  const nowUnixMs = Date.parse(facts.at)
  const admission = evaluateAdmission(policy, {
    peerAddress: facts.from,
    approvedBy: facts.approvedBy,
    nowUnixMs,
    platform: await simulatedPlatform(policy, facts.platform, nowUnixMs),
  })
  const release = evaluateRelease(policy, evidence, { tier: facts.tier, sinceAdmissionMs: 1000 * facts.after })
  const reasons = [...admission.reasons, ...release.reasons]
  const outcomes = [admission.outcome, release.outcome]
  const outcome = outcomes.includes('deny') ? 'deny' : outcomes.includes('hold') ? 'hold' : 'allow'
  const failed = reasons.filter(({ passed }) => !passed)
  return { outcome, codes: [...new Set(failed.map(({ code }) => code))], reasons }
}

async function bootOf(test: BootCase, shared: BootTests, files: Files): Promise<SimulatedBoot> {
  const own = [test.boot, test.description, test.written].some((given) => given !== undefined)
  const { boot, description, written } = own ? test : shared
  if (written !== undefined) return simulate(writtenLog(written))
  if (description !== undefined) return simulate(await files.described(description))
  if (boot === undefined) throw new TypeError(`the test "${test.name}" names no boot`)
  return simulate(await files.log(boot))
}

/** References and groups are files, or documents themselves, as policies are. */
async function policyOf(
  boot: SimulatedBoot,
  test: BootCase,
  shared: BootTests,
  files: Files,
): Promise<CompiledPolicy | PolicyError> {
  const library = await files.library(test.references ?? shared.references ?? [])
  const groups = await Promise.all((test.groups ?? shared.groups ?? []).map((given) => files.text(given, 'group')))
  const path = test.policy ?? shared.policy
  const written = path === undefined ? learnt(boot) : await files.text(path, 'policy')
  try {
    return amongGroups(parsePolicy(written.text, written.source, library), groups, library)
  } catch (error) {
    if (error instanceof PolicyError) return error
    throw error
  }
}

function learnt(boot: SimulatedBoot): Written {
  const evidence = verifySimulated(boot)
  const about = { name: 'learnt', machine: 'simulated', tier: 'T1', peerAddress: defaults.from, evidence } as const
  return { text: learnPolicy(about), source: 'learnt policy' }
}

/** The policy as it judges a machine that is in these groups. @throws PolicyError */
function amongGroups(policy: CompiledPolicy, groups: readonly Written[], library: Library): CompiledPolicy {
  let documents = new Collection(library, [policy], [])
  let groupName = ''
  for (const { text, source } of groups.toReversed()) {
    const group = parseGroupAmong(text, source, documents)
    documents = new Collection(library, [policy], [...documents.groups.values(), group])
    groupName = group.name
  }
  return under(policy, policyInForce(documents, { name: '', groupName }).floors)
}

function said(facts: Given | undefined): Partial<Facts> {
  return Object.fromEntries(Object.entries(facts ?? {}).filter(([, value]) => value !== undefined))
}

/** A document, and how messages call it. */
interface Written {
  readonly text: string
  readonly source: string
}

/** Files that tests name, relative to theirs. */
class Files {
  readonly #folder: string
  readonly #logs = new Map<string, EventLog>()

  constructor(folder: string) {
    this.#folder = folder
  }

  async log(path: string): Promise<EventLog> {
    const log = this.#logs.get(path) ?? parseEventLog(new Uint8Array(await readFile(resolve(this.#folder, path))))
    this.#logs.set(path, log)
    return log
  }

  async described(path: string): Promise<EventLog> {
    const key = `description ${path}`
    const algorithms = hashAlgorithms.map(({ id, digestBytes }) => ({ id, digestSize: digestBytes }))
    const log = this.#logs.get(key) ?? (await describedBoot(resolve(this.#folder, path))).log(algorithms)
    this.#logs.set(key, log)
    return log
  }

  async library(paths: readonly string[]): Promise<Library> {
    const written = await Promise.all(paths.map((given) => this.text(given, 'references')))
    const values = written.map(({ text, source }) => parseReferenceValues(text, source))
    return new Map(values.map((one) => [one.name, one]))
  }

  /** Text of several lines is the document itself. */
  async text(given: string, name: string): Promise<Written> {
    if (given.includes('\n')) return { text: given, source: name }
    return { text: await readFile(resolve(this.#folder, given), 'utf8'), source: given }
  }
}
