/** Judging evidence against the bare cost of its signature check and of one hash for each event, in one bank. */
import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto'
import { encodeRequestCore, verifyEvidence } from '../core/evidence/index.ts'
import { parseEventLog } from '../core/eventlog/index.ts'
import { ALG } from '../core/tpm/index.ts'
import { Attester } from '../agent/boot/simulate/attester.ts'
import { recordedRequest } from '../test/fakes/attester-request.ts'
import { compare, print, type Ratio, type Table } from './rounds.ts'

const rounds = 300

/** Prints and returns what a verification costs beside bare node:crypto. */
export async function benchEvidence(): Promise<Table> {
  const ratios: Ratio[] = []
  for (const boot of ['direct-kernel', 'uki', 'uki-secureboot'] as const) {
    const attester = new Attester()
    const expected = attester.expectation()
    const request = recordedRequest(boot)
    const evidence = attester.attest(request)
    const core = encodeRequestCore(request)
    const digests = parseEventLog(request.eventLog).events.map(
      ({ digests }) => digests.get(ALG.sha256) ?? new Uint8Array(32),
    )
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const signature = sign('sha256', evidence.attest, privateKey)
    ratios.push(
      await compare(
        {
          name: `verify ${boot}, ${digests.length} events`,
          ours: () => verifyEvidence(expected, evidence),
          theirs: () => {
            verify('sha256', evidence.attest, publicKey, signature)
            createHash('sha256').update(core).digest()
            for (const digest of digests) createHash('sha256').update(digest).update(digest).digest()
          },
        },
        rounds,
      ),
    )
  }
  const table = { title: 'Verifying evidence in this process: Bootlatch, bare node:crypto, ratio (p50)', ratios }
  print(table)
  return table
}
