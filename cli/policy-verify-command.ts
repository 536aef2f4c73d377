import type { Command } from 'commander'
import { toHex } from '../core/bytes/index.ts'
import { parseSigners, PolicyError, type Signers } from '../core/policy/index.ts'
import {
  documentDigest,
  engineersOf,
  SignatureError,
  validSignatures,
  type Change,
  type VerifiedSignature,
} from '../core/signing/index.ts'
import { policy } from './answers.ts'
import { Failure } from './failure.ts'
import { parsePolicyVersion } from './ordinal.ts'
import { toned } from './page.ts'
import { documentCells, kindOption } from './policy-answer.ts'
import { parseServerId } from './policy-sign-command.ts'
import { quotePlace, readPolicy } from './policy-source.ts'
import { online, type World } from './session.ts'
import { withNearPolicies } from './suggestion.ts'

interface VerifyOptions {
  readonly signers: string
  readonly server?: Uint8Array
  readonly revision: number
  readonly kind: string
}

/** `bootlatch policy verify` */
export function addVerify(policies: Command, world: World): void {
  const command = policies
    .command('verify')
    .summary('check here, not on the server, who has signed a document')
    .description(
      'Fetches a document with its signatures and verifies them on this machine by a list of signers that you keep: what the\n' +
        'server says of them does not count. Exits 3 where fewer have signed than that list requires.',
    )
    .argument('<name>', 'name of the document')
    .requiredOption('--signers <file>', 'the list of signers that you trust')
    .option('--server <id>', 'id of the server, as you know it (default: as it says itself)', parseServerId)
    .option(...kindOption)
    .option('--revision <number>', 'an earlier version', parsePolicyVersion, 0)
  online<[name: string], VerifyOptions>(
    command,
    world,
    async (session, [name], { signers: file, server, revision, kind: meant }) => {
      const trusted = await readSigners(file, world)
      const serverId = server ?? Uint8Array.from((await session.ask('getServerStatus', {})).serverId)
      const asked = session.ask('showPolicy', { name, version: revision, kind: meant })
      const shown = policy(await withNearPolicies(session, name, asked))
      const { kind, version, document, jws } = shown
      // Otherwise a server could show a signed version in the place of the one that is asked about.
      if (![0, version].includes(revision) || !['', kind].includes(meant))
        throw new Failure('policy/invalid', `the server shows another document: ${kind} ${name}, version ${version}`)
      const change = { serverId, kind, name, version, sha256: documentDigest(document) }
      const { signatures, problem } = await verified(change, jws ?? '', trusted)
      const engineers = [...engineersOf(signatures)]
      const isSigned = problem === null && engineers.length >= trusted.required && trusted.required > 0
      const sha256 = toHex(change.sha256)
      const outside = {
        server: toHex(serverId),
        kind,
        name,
        version,
        sha256,
        required: trusted.required,
        engineers,
        problem,
        isSigned,
      }
      session.answer(outside, (page) => {
        page.line(
          ...documentCells(shown),
          ` version ${version} is `,
          isSigned ? toned('good', 'signed') : toned('bad', 'not signed'),
          ` by ${trusted.required} engineers of ${file}.`,
        )
        page.facts([
          ['sha-256', sha256],
          ['server', toHex(serverId), toned('dim', server === undefined ? ' (by its own word: give --server)' : '')],
          ['signed by', engineers.length === 0 ? toned('dim', 'nobody') : engineers.join(', ')],
          ...(problem === null ? [] : [['problem', problem] as const]),
        ])
      })
      world.end(isSigned ? 'ok' : 'refused')
    },
  )
}

async function readSigners(path: string, world: World): Promise<Signers> {
  const { document, source } = await readPolicy(path, world.readInput)
  try {
    return parseSigners(document, source)
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause
    throw new Failure('policy/invalid', cause.message, { cause, excerpt: quotePlace(cause.message, document) })
  }
}

/** When a signature was made is the server's word alone: a key counts here whatever its time, unless the list retires it. */
async function verified(
  change: Change,
  jws: string,
  { keyring }: Signers,
): Promise<{ readonly signatures: readonly VerifiedSignature[]; readonly problem: string | null }> {
  if (jws === '') return { signatures: [], problem: 'the server shows no signatures' }
  try {
    return { signatures: await validSignatures(change, jws, keyring, 0), problem: null }
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error
    return { signatures: [], problem: `${error.problem}: ${error.message}` }
  }
}
