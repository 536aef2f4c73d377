/**
 * Judging a boot: verification, replay and rules against the bare cost of the same hashes and signature check; rules alone;
 * and how the cost grows with the log.
 */
import { generateKeyPairSync, hash, sign, verify } from 'node:crypto'
import { encodeRequestCore, verifyEvidence, type RequestCore } from '../core/evidence/index.ts'
import { digestedData, EV, parseEventLog } from '../core/eventlog/index.ts'
import { evaluateRelease, learnPolicy, parsePolicy } from '../core/policy/index.ts'
import { ALG } from '../core/tpm/index.ts'
import { Attester } from '../agent/boot/simulate/attester.ts'
import { alteredRequest, event } from '../test/fakes/attester-request.ts'
import { compare, median, print, type Ratio, type Table } from './rounds.ts'

const rounds = 300
const rules = 40

/** A boot under Secure Boot whose loader measured so many commands that the log has `size` events. */
function requestOf(size: number): RequestCore {
  return alteredRequest('uki-secureboot', (events) => {
    const commands = Array.from({ length: size - events.length }, (_, at) =>
      new TextEncoder().encode(`set option=${at}`),
    )
    return [...events, ...commands.map((command) => event(8, EV.IPL, command))]
  })
}

/** The policy learnt from a boot, with components added until it has as many rules as the bench is about. */
function policyOf(attester: Attester, request: RequestCore) {
  const evidence = verifyEvidence(attester.expectation(), attester.attest(request))
  const learnt = learnPolicy({ name: 'bench', machine: 'bench', tier: 'T1', peerAddress: '10.0.0.1', evidence })
  const judge = (text: string) => evaluateRelease(parsePolicy(text, 'bench'), evidence, { tier: 'T1' })
  const missing = Math.max(0, rules - judge(learnt).reasons.length)
  const commands = (evidence.log.eventsByPcr.get(8) ?? []).slice(0, missing)
  const lines = commands.map(
    ({ digests }, at) =>
      `    command${at}: { pcr: 8, event: ${at + 1}, sha256: ["${Buffer.from(digests.get(ALG.sha256) ?? []).toString('hex')}"] }\n`,
  )
  const text = learnt.replace('  components:\n', `  components:\n${lines.join('')}`)
  const verdict = judge(text)
  if (verdict.outcome !== 'allow') throw new TypeError('the bench judges a boot that is refused')
  return { policy: parsePolicy(text, 'bench'), evidence, rules: verdict.reasons.length }
}

function contestOf(size: number) {
  const attester = new Attester()
  const expected = attester.expectation()
  const request = requestOf(size)
  const evidence = attester.attest(request)
  const core = encodeRequestCore(request)
  const judged = policyOf(attester, request)
  const measured = parseEventLog(request.eventLog).events.map((one) => ({
    digest: one.digests.get(ALG.sha256) ?? new Uint8Array(32),
    data: digestedData(one),
  }))
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const signature = sign('sha256', evidence.attest, privateKey)
  return {
    judged,
    ours: () => evaluateRelease(judged.policy, verifyEvidence(expected, evidence), { tier: 'T1' }),
    theirs: () => {
      verify('sha256', evidence.attest, publicKey, signature)
      hash('sha256', core, 'buffer')
      for (const { digest, data } of measured) {
        if (data !== undefined) hash('sha256', data, 'buffer')
        hash('sha256', Buffer.concat([digest, digest]), 'buffer')
      }
    },
  }
}

/** Prints and returns what judging a boot costs. */
export async function benchPolicy(): Promise<Table> {
  const ratios: Ratio[] = []
  for (const size of [36, 120, 1000, 5000]) {
    const { ours, theirs, judged } = contestOf(size)
    ratios.push(
      await compare({ name: `${size} events, ${judged.rules} rules`, ours, theirs }, size > 500 ? 40 : rounds),
    )
  }
  const table = { title: 'Verifying and judging a boot: Bootlatch, bare node:crypto, ratio (p50)', ratios }
  print(table)
  const { judged } = contestOf(120)
  const alone = Array.from({ length: rounds }, () => {
    const begin = process.hrtime.bigint()
    evaluateRelease(judged.policy, judged.evidence, { tier: 'T1' })
    return Number(process.hrtime.bigint() - begin) / 1000
  })
  console.log(`  ${judged.rules} rules over verified evidence    ${median(alone).toFixed(1)} us\n`)
  return table
}
