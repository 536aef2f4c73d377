import { createPublicKey, verify } from 'node:crypto'
import { basename } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import { parsePcrSignatures, type CalculatedPcr } from '../core/eventlog/index.ts'
import { importFormats, importValues, isSignedBy, type ImportedFile } from '../core/policy/index.ts'
import { Failure } from './failure.ts'
import { offline, readLimited, refusing } from './offline.ts'
import { writeNewPolicy } from './policy-source.ts'
import type { World } from './session.ts'

interface ImportOptions {
  readonly name: string
  readonly pcrsig?: string
  readonly key?: string
  readonly output?: string
}

const largestFileBytes = 1 << 20

function parseName(text: string): string {
  if (!/^[0-9A-Za-z][0-9A-Za-z._-]{0,62}$/.test(text)) throw new InvalidArgumentError('Give letters, digits, . _ -')
  return text
}

/** `bootlatch measure import FILE...`: works on files alone. */
export function addMeasureImport(measure: Command, world: World): void {
  const command = measure
    .command('import')
    .summary('reference values from what systemd and others expect')
    .description(
      `Writes ReferenceValues (YAML) from files of others, each by what it holds:\n${Object.values(importFormats)
        .map((what) => `  ${what}`)
        .join('\n')}`,
    )
    .argument('<file...>', 'the files')
    .requiredOption('--name <name>', 'name of the document', parseName)
    .option('--pcrsig <file>', 'only calculated values whose policy is signed in it')
    .option('--key <file>', 'public key (PEM) that has to have signed it')
    .option('-o, --output <file>', 'write to a new file instead of standard output')
    .addHelpText(
      'after',
      `
Examples:
  bootlatch measure import /usr/lib/pcrlock.d/*.pcrlock --name pcrlock -o pcrlock.yaml
  systemd-measure calculate --linux=vmlinuz --initrd=initrd --json=short >pcr11.json
  bootlatch measure import pcr11.json --pcrsig linux.pcrsig --key pcr.pub --name kernel
In a policy: release.pcrs.reference: { 11: [kernel/pcr11-values] }, or reference: [pcrlock/pcr4-events] in a component.`,
    )
  offline<[paths: string[]], ImportOptions>(command, world, async (session, [paths], options) => {
    const files: ImportedFile[] = []
    for (const path of paths) files.push({ label: labelOf(path), bytes: await readLimited(path, largestFileBytes) })
    const isSigned = await signatureCheck(options)
    const document = await refusing('values/malformed', paths.length === 1 ? paths[0] : undefined, () =>
      importValues(options.name, files, isSigned),
    )
    if (options.output !== undefined) await writeNewPolicy(options.output, document)
    else session.answer({ document }, (page) => page.document(document))
  })
}

/** What stands in a version has to be printable and short. */
const labelOf = (path: string): string =>
  basename(path)
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 120)

async function signatureCheck({
  pcrsig,
  key,
}: ImportOptions): Promise<((value: CalculatedPcr) => boolean) | undefined> {
  if (pcrsig === undefined && key === undefined) return undefined
  // A signature that nobody checked vouches for nothing
  if (pcrsig === undefined || key === undefined)
    throw new Failure('usage/incomplete', 'give --pcrsig and --key together', { exit: 'usage' })
  const bytes = await readLimited(pcrsig, largestFileBytes)
  const policies = await refusing('values/malformed', pcrsig, () => parsePcrSignatures(bytes))
  const pem = await readLimited(key, largestFileBytes)
  const publicKey = await refusing('values/malformed', key, () => createPublicKey(Buffer.from(pem)))
  const signed = policies.filter(({ policyDigest, signature }) => verify('sha256', policyDigest, publicKey, signature))
  if (signed.length === 0) throw new Failure('values/malformed', `${pcrsig}: nothing in it is signed by the key`)
  return (value) => isSignedBy(signed, value)
}
