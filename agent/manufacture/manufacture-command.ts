import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { readStateKey } from '../channel/index.ts'
import { print, runCommand } from '../command/index.ts'
import { authorityIn, LocalAuthority } from './local-authority.ts'
import { asJson, ManufactureError, manufactureTpm, type Manufactured } from './manufacture-tpm.ts'
import { storageKeyKinds } from './storage-keys.ts'

interface ManufactureOptions {
  readonly state: string
  readonly stateKeyFile: string
  readonly pcrBanks?: string
  readonly keys: boolean
  readonly rsaBits: string
  readonly storageKey?: string
  readonly ca?: string
  readonly caKey?: string
  readonly caCert?: string
  readonly platformCertificate?: true
  readonly lockCertificates?: true
  readonly machine?: string
  readonly writeCertificates?: string
  readonly reconfigure?: true
  readonly json?: true
}

const rsaSizes = [2048, 3072] as const

const help = `
Endorsement keys are made for RSA 2048 (kept at 0x81010001) or RSA 3072 (0x8101001c), P-256, and P-384 (kept at
0x81010016). Their certificates lie in NV at 0x01c00002 or 0x01c0001c, 0x01c0000a and 0x01c00016, the platform's at
0x01c08000.

Examples:
  bootlatch-agent tpm manufacture --state DIR --state-key-file KEY
  bootlatch-agent tpm manufacture --state DIR --state-key-file KEY --pcr-banks sha256,sha384 \\
    --ca /var/lib/bootlatch/tpm-ca --platform-certificate --lock-certificates --machine web-1
  bootlatch-agent tpm manufacture --state DIR --state-key-file KEY --reconfigure --pcr-banks sha256`

/** Adds `manufacture` to the commands of `tpm`. */
export function addManufactureCommand(tpm: Command): void {
  const command = tpm
    .command('manufacture')
    .description('make the virtual TPM of a folder, with its endorsement keys and certificates')
    .requiredOption('--state <folder>', 'where its state shall lie')
    .requiredOption('--state-key-file <file>', 'the 32 bytes that encrypt the state; mode 0600')
    .option('--pcr-banks <names>', 'the PCR banks, as sha256,sha384; all where nothing is said')
    .option('--no-keys', 'keep no endorsement key at its handle; clients make it of its template')
    .option('--rsa-bits <bits>', 'the size of the RSA endorsement key: 2048 or 3072', '2048')
    .option('--storage-key <kind>', `keep a storage root key at 0x81000001: ${storageKeyKinds.join(', ')}`)
    .option('--ca <folder>', 'who certifies the endorsement keys: ca.key and ca.pem, made if they are not there')
    .option('--ca-key <file>', 'instead of --ca: the private key, PEM')
    .option('--ca-cert <file>', 'instead of --ca: its certificate, PEM')
    .option('--platform-certificate', 'certify the platform too')
    .option('--lock-certificates', 'let nobody write the certificates again')
    .option('--machine <name>', 'whom the certificates name')
    .option('--write-certificates <folder>', 'write the certificates to files as well, DER')
    .option('--reconfigure', 'change the PCR banks of a TPM that is there, and nothing else')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
  command.action((options: ManufactureOptions) =>
    runCommand(command, options, async () => {
      const made = await run(options)
      print(linesOf(made), asJson(made), options.json === true)
    }),
  )
}

async function run(options: ManufactureOptions): Promise<Manufactured> {
  const authority = await authorityOf(options)
  const made = await manufactureTpm({
    folder: options.state,
    key: await readStateKey(options.stateKeyFile),
    pcrBanks: options.pcrBanks?.split(','),
    keepsKeys: options.keys,
    endorsement: { rsaBits: chosen(options.rsaBits, rsaSizes, '--rsa-bits') },
    storageKey:
      options.storageKey === undefined ? undefined : chosen(options.storageKey, storageKeyKinds, '--storage-key'),
    authority,
    hasPlatformCertificate: options.platformCertificate === true,
    locksCertificates: options.lockCertificates === true,
    machine: options.machine ?? '',
    reconfigures: options.reconfigure === true,
  })
  if (options.writeCertificates !== undefined)
    for (const { kind, der } of made.certificates)
      writeFileSync(join(options.writeCertificates, `${kind}.der`), der, { flag: 'w' })
  return made
}

/** The one of these that a text names. */
function chosen<T extends string | number>(text: string, among: readonly T[], option: string): T {
  const one = among.find((each) => String(each) === text)
  if (one === undefined) throw new ManufactureError(`${option}: '${text}' is none of ${among.join(', ')}`)
  return one
}

async function authorityOf({ ca, caKey, caCert, ...options }: ManufactureOptions): Promise<LocalAuthority | undefined> {
  if (ca !== undefined) return authorityIn(ca)
  if (caKey !== undefined && caCert !== undefined) return LocalAuthority.open({ key: caKey, certificate: caCert })
  if (caKey !== undefined || caCert !== undefined) throw new ManufactureError('--ca-key and --ca-cert go together')
  if (options.platformCertificate === true || options.lockCertificates === true)
    throw new ManufactureError('there are no certificates without --ca, or --ca-key and --ca-cert')
  return undefined
}

function linesOf({ manufactured, keys, certificates, pcrBanks }: Manufactured): readonly string[] {
  return [
    manufactured ? 'manufactured' : 'reconfigured',
    ...keys.map(({ kind, handle, spkiSha256 }) => `key ${kind} ${handle ?? '(not kept)'} sha256:${spkiSha256}`),
    ...certificates.map(({ kind, nvIndex }) => `certificate ${kind} ${nvIndex}`),
    `PCR banks ${pcrBanks.join(',')}`,
  ]
}
