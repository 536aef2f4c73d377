import { readFile } from 'node:fs/promises'
import { InvalidArgumentError, type Command } from 'commander'
import { fromHex, toHex } from '../core/bytes/index.ts'
import { documentHead, PolicyError } from '../core/policy/index.ts'
import { documentDigest, signChange, SignatureError, signingKeyOf } from '../core/signing/index.ts'
import { Failure } from './failure.ts'
import { offline, writeOver } from './offline.ts'
import { parsePolicyVersion } from './ordinal.ts'
import { toned } from './page.ts'
import { quotePlace, readPolicy } from './policy-source.ts'
import type { World } from './session.ts'
import { readSigningKey } from './signing-key.ts'

interface SignOptions {
  readonly as: number
  readonly server: Uint8Array
  readonly key: string
  readonly passphraseFile?: string
  readonly signatures?: string
}

/** @throws InvalidArgumentError */
export function parseServerId(text: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(text))
    throw new InvalidArgumentError('Give the server’s id as `bootlatch server status` shows it: 64 hexadecimal digits.')
  return fromHex(text)
}

/** `bootlatch policy sign`: works on files alone, where the key is. */
export function addSign(policies: Command, world: World): void {
  const command = policies
    .command('sign')
    .summary('sign a document with an engineer’s key, so that it may be put in force')
    .description(
      'Adds a signature to FILE.jws (JWS, General JSON Serialization). What is signed is the document’s digest, kind and\n' +
        'name, the version that it is to be, and the server: it is good for nothing else, also not after a rollback.',
    )
    .argument('<file>', 'the document')
    .requiredOption('--as <version>', 'the version that the document is to be', parsePolicyVersion)
    .requiredOption('--server <id>', 'id of the server that it is for', parseServerId)
    .requiredOption('--key <file>', 'private key: PKCS#8 as PEM, of P-256, P-384 or Ed25519')
    .option('--passphrase-file <file>', 'file with the passphrase of the key (default: you are asked)')
    .option('--signatures <file>', 'where signatures are gathered (default: the document’s name with .jws)')
    .addHelpText(
      'after',
      `
Example:
  openssl genpkey -algorithm ED25519 -aes256 -out ann.key
  bootlatch policy sign web.yaml --as 5 --server 3f… --key ann.key
  bootlatch policy apply web.yaml --signatures web.yaml.jws`,
    )
  offline<[path: string], SignOptions>(command, world, async (session, [path], options) => {
    const { document, source } = await readPolicy(path, world.readInput)
    const { kind, name } = headOf(document, source)
    const change = { serverId: options.server, kind, name, version: options.as, sha256: documentDigest(document) }
    const key = await readSigningKey(world, options.key, options.passphraseFile)
    const file = options.signatures ?? `${path}.jws`
    const signed = await signChange(change, key, await readIfThere(file)).catch((thrown: unknown) => {
      if (!(thrown instanceof SignatureError)) throw thrown
      throw new Failure('signatures/unusable', `${file}: ${thrown.message}`, { cause: thrown })
    })
    await writeOver(file, signed)
    const { keyId = '', algorithm = '' } = signingKeyOf(key) ?? {}
    const sha256 = toHex(change.sha256)
    const outside = {
      file,
      kind,
      name,
      version: change.version,
      sha256,
      server: toHex(options.server),
      keyId,
      algorithm,
    }
    session.answer(outside, (page) => {
      page.line('Signed ', toned('strong', name), ` as version ${change.version}, into ${file}.`)
      page.facts([
        ['kind', kind],
        ['sha-256', sha256],
        ['key', keyId, toned('dim', ` (${algorithm})`)],
      ])
    })
  })
}

function headOf(document: string, source: string) {
  try {
    return documentHead(document, source)
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause
    throw new Failure('policy/invalid', cause.message, { cause, excerpt: quotePlace(cause.message, document) })
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Failure('file/unreadable', `cannot read ${file}: ${(cause as Error).message}`, { cause })
  }
}

const longestSignaturesBytes = 64 * 1024

/**
 * Reads signatures to be sent along; none where no file is named.
 * @throws Failure file/unreadable
 */
export async function readSignatures(file: string | undefined): Promise<string> {
  if (file === undefined) return ''
  const text = await readIfThere(file)
  if (text === undefined) throw new Failure('file/unreadable', `cannot read ${file}: there is no such file`)
  if (text.length > longestSignaturesBytes)
    throw new Failure('file/unreadable', `${file} is larger than signatures are (64 KiB)`)
  return text
}
