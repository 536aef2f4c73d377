import { createPublicKey } from 'node:crypto'
import { InvalidArgumentError, type Command } from 'commander'
import { isMap, parseDocument } from 'yaml'
import { parseSigners, signersName } from '../core/policy/index.ts'
import { signingKeyOf, type EnrolledKey } from '../core/signing/index.ts'
import { policy } from './answers.ts'
import { Failure } from './failure.ts'
import { readLimited } from './offline.ts'
import { toned, type Cell } from './page.ts'
import { answerApplied } from './policy-answer.ts'
import { readSignatures } from './policy-sign-command.ts'
import { writeNewPolicy } from './policy-source.ts'
import { online, type Session, type World } from './session.ts'

const noSigners = `kind: Signers\nname: ${signersName}\nrequired: 0\nengineers: {}\n`
const longestKeyBytes = 16 * 1024

/** The list in force and its version; an empty one where there is none. */
async function currentSigners(session: Session): Promise<{ readonly document: string; readonly version: number }> {
  try {
    return policy(await session.ask('showPolicy', { name: signersName, version: 0 }))
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === 'policy/unknown') return { document: noSigners, version: 0 }
    throw thrown
  }
}

interface ChangeOptions {
  readonly reason: string
  readonly output?: string
  readonly signatures?: string
}
type Document = ReturnType<typeof parseDocument>
type Change<Given, Options> = (document: Document, given: Given, options: Options) => void | Promise<void>

/** Makes a command that changes the list: it goes the way of every document, and needs the word of those in the list before. */
function changing<Given extends readonly unknown[], Options extends object>(
  command: Command,
  world: World,
  change: Change<Given, Options>,
): void {
  command
    .requiredOption('--reason <why>', 'why, for the record')
    .option('-o, --output <file>', 'write the changed list to a new file (to be signed), and apply nothing')
    .option('--signatures <file>', 'signatures of the changed list (bootlatch policy sign)')
  online<Given, Options & ChangeOptions>(command, world, async (session, given, options) => {
    const current = await currentSigners(session)
    const changed = parseDocument(current.document)
    await change(changed, given, options)
    const document = changed.toString()
    if (options.output !== undefined) {
      await writeNewPolicy(options.output, document)
      session.answer({ document, file: options.output, version: current.version + 1, applied: null }, (page) =>
        page.line(`Written to ${options.output ?? ''}; to be version ${current.version + 1}. Nothing is changed.`),
      )
      return
    }
    const signatures = await readSignatures(options.signatures)
    const request = {
      document,
      source: 'signers.yaml',
      reason: options.reason,
      expectedVersion: current.version,
      signatures,
    }
    await answerApplied(session, policy(await session.ask('applyPolicy', request)))
  })
}

function parseTime(text: string): string {
  const unixMs = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T.*(?:Z|[+-][0-9]{2}:[0-9]{2}))?$/.test(text) ? Date.parse(text) : NaN
  if (Number.isNaN(unixMs)) throw new InvalidArgumentError('Write a day, 2027-06-30, or a time, 2027-06-30T18:00:00Z.')
  return new Date(unixMs).toISOString().replace(/\.[0-9]+Z$/, 'Z')
}

/** @throws Failure key/unusable, file/unreadable */
async function readPublicKey(path: string): Promise<string> {
  const pem = new TextDecoder().decode(await readLimited(path, longestKeyBytes))
  const unusable = (why: string) =>
    new Failure('key/unusable', `${path}: ${why}`, {
      advice: ['Take it out of a private key: openssl pkey -in KEY -pubout'],
    })
  // A private key would pass as well, and be sent to the server.
  if (!pem.trimStart().startsWith('-----BEGIN PUBLIC KEY-----')) throw unusable('no PEM of a public key')
  try {
    const key = createPublicKey(pem)
    if (signingKeyOf(key) !== undefined) return key.export({ format: 'pem', type: 'spki' }).toString()
  } catch {
    throw unusable('no PEM of a public key')
  }
  throw unusable('no key of P-256, P-384 or Ed25519')
}

function addEnrol(signers: Command, world: World): void {
  const command = signers
    .command('enrol')
    .summary('let an engineer’s key sign documents')
    .argument('<engineer>', 'name of the engineer: two keys of one name are one person’s word')
    .requiredOption('--key <file>', 'public key (PEM)')
    .option('--until <time>', 'when it stops to count: 2027-06-30', parseTime)
  type Options = { key: string; until?: string }
  changing<[engineer: string], Options>(command, world, async (document, [engineer], { key, until }) => {
    const entry = { publicKey: await readPublicKey(key), ...(until === undefined ? {} : { until }) }
    const keys: unknown = document.getIn(['engineers', engineer])
    if (keys === undefined) document.setIn(['engineers', engineer], document.createNode([entry]))
    else document.addIn(['engineers', engineer], document.createNode(entry))
    const engineers: unknown = document.get('engineers')
    if (isMap(engineers)) engineers.flow = false
  })
}

function addRetire(signers: Command, world: World): void {
  const command = signers
    .command('retire')
    .summary('let a key sign no more')
    .argument('<key-id>', 'id of the key (bootlatch signer list)')
  changing<[keyId: string], { reason: string }>(command, world, (document, [keyId], { reason }) => {
    const listed = document.toJS() as { readonly engineers: Readonly<Record<string, readonly { publicKey: string }[]>> }
    for (const [engineer, keys] of Object.entries(listed.engineers)) {
      const at = keys.findIndex(({ publicKey }) => signingKeyOf(createPublicKey(publicKey))?.keyId === keyId)
      if (at < 0) continue
      document.setIn(['engineers', engineer, at, 'retired'], reason)
      return
    }
    throw new Failure('key/unusable', `no key ${keyId} is enrolled`, {
      advice: ['All there are: bootlatch signer list'],
    })
  })
}

function addRequire(signers: Command, world: World): void {
  const command = signers
    .command('require')
    .summary('say how many engineers have to sign every document')
    .argument('<number>', 'how many; 0 for none', (text) => {
      if (!/^(?:[0-9]|1[0-6])$/.test(text)) throw new InvalidArgumentError('Give a number from 0 to 16.')
      return Number(text)
    })
  changing<[required: number], object>(command, world, (document, [required]) => {
    document.set('required', required)
  })
}

function stateCell({ isRetired, untilUnixMs }: EnrolledKey, nowMs: number): Cell {
  if (isRetired) return toned('dim', 'retired')
  if (untilUnixMs !== undefined && nowMs >= untilUnixMs) return toned('warn', 'expired')
  return toned('good', 'may sign')
}

function addList(signers: Command, world: World): void {
  online(signers.command('list').summary('whose signatures put documents in force'), world, async (session) => {
    const { document, version } = await currentSigners(session)
    const { required, keyring } =
      version === 0 ? { required: 0, keyring: new Map<string, EnrolledKey>() } : parseSigners(document, signersName)
    const keys = [...keyring.values()].map(({ engineer, keyId, algorithm, isRetired, untilUnixMs }) => ({
      engineer,
      keyId,
      algorithm,
      isRetired,
      until: untilUnixMs === undefined ? null : new Date(untilUnixMs).toISOString(),
    }))
    session.answer({ version, required, keys }, (page) => {
      page.line(
        required === 0
          ? 'Nobody has to sign: any operator alone puts documents in force.'
          : `${required} engineers have to sign every document.`,
      )
      if (keyring.size > 0)
        page.table(
          ['ENGINEER', 'KEY', 'ALGORITHM', 'UNTIL', 'STATE'],
          [...keyring.values()].map((key, at) => [
            toned('strong', key.engineer),
            key.keyId,
            key.algorithm,
            keys[at]?.until ?? '',
            stateCell(key, world.nowMs()),
          ]),
        )
    })
  })
}

/** `bootlatch signer …` */
export function addSignerCommands(program: Command, world: World): void {
  const signers = program.command('signer').summary('whose signatures put documents in force')
  for (const add of [addList, addEnrol, addRetire, addRequire]) add(signers, world)
}
