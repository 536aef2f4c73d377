import { existsSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { stateFileIn, swtpmNames } from '../channel/index.ts'
import { authorityIn, manufactureTpm, type Manufactured } from '../manufacture/index.ts'
import { authorityFolder } from './authority-folder.ts'
import { stateKeyFrom } from './given-key.ts'
import { keyBeside } from './key-beside.ts'
import { readKeyOption } from './key-option.ts'
import { openLog } from './log.ts'
import { printedCapabilities } from './printed-answers.ts'
import { runAs } from './run-as.ts'
import { runProgram } from './run-program.ts'
import { setupHelp, setupVersion } from './swtpm-help.ts'
import { UsageError } from './usage-error.ts'

const standardOutput = 1
const success = 0

/** What programs ask for before they use an option (swtpm_setup's `--print-capabilities`). */
const features = [
  'tpm-2.0',
  'cmdarg-keyfile-fd',
  'cmdarg-pwdfile-fd',
  'cmdarg-write-ek-cert-files',
  'cmdarg-reconfigure-pcr-banks',
  'tpm2-rsa-keysize-2048',
  'tpm2-rsa-keysize-3072',
]

const command = {
  'tpm-state': { type: 'string' },
  tpmstate: { type: 'string' },
  tpm: { type: 'string' },
  swtpm_ioctl: { type: 'string' },
  'tcsd-system-ps-file': { type: 'string' },
  config: { type: 'string' },
  tpm2: { type: 'boolean' },
  createek: { type: 'boolean' },
  'create-spk': { type: 'boolean' },
  ecc: { type: 'boolean' },
  'allow-signing': { type: 'boolean' },
  decryption: { type: 'boolean' },
  'take-ownership': { type: 'boolean' },
  ownerpass: { type: 'string' },
  'owner-well-known': { type: 'boolean' },
  srkpass: { type: 'string' },
  'srk-well-known': { type: 'boolean' },
  'create-ek-cert': { type: 'boolean' },
  'create-platform-cert': { type: 'boolean' },
  'lock-nvram': { type: 'boolean' },
  display: { type: 'boolean' },
  logfile: { type: 'string' },
  keyfile: { type: 'string' },
  'keyfile-fd': { type: 'string' },
  pwdfile: { type: 'string' },
  'pwdfile-fd': { type: 'string' },
  cipher: { type: 'string' },
  overwrite: { type: 'boolean' },
  'not-overwrite': { type: 'boolean' },
  'pcr-banks': { type: 'string' },
  'rsa-keysize': { type: 'string' },
  'write-ek-cert-files': { type: 'string' },
  vmid: { type: 'string' },
  runas: { type: 'string' },
  reconfigure: { type: 'boolean' },
  'print-capabilities': { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const
type Values = ReturnType<typeof parse>

/** By what swtpm_setup calls them in its log, and in the names of files. */
const keyNames: Readonly<Record<string, string>> = {
  'storage rsa-2048': 'storage primary key',
  'storage rsa-3072': 'storage primary key',
  'storage ecc-p384': 'storage primary key',
  'rsa-2048': 'RSA 2048 EK',
  'rsa-3072': 'RSA 3072 EK',
  'ecc-p384': 'ECC EK',
  'ecc-p256': 'ECC P-256 EK',
}
const certificateNames: Readonly<Record<string, string>> = {
  'rsa-2048': 'rsa2048',
  'rsa-3072': 'rsa3072',
  'ecc-p384': 'secp384r1',
  'ecc-p256': 'secp256r1',
}

/** swtpm_setup's: the one bank that is active where nothing is said. */
const defaultBanks = 'sha256'
const everyBank = '-'
const allBanks = ['sha1', 'sha256', 'sha384', 'sha512']
const rsaSizes = { '2048': 2048, '3072': 3072 } as const
const ofTpm12 = ['take-ownership', 'ownerpass', 'owner-well-known', 'srkpass', 'srk-well-known'] as const
const [folderUri, fileUri] = ['dir://', 'file://']

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: command, strict: true, allowPositionals: false }).values
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message)
    throw error
  }
}

function print(text: string): void {
  writeSync(standardOutput, `${text}\n`)
}

async function main(args: readonly string[]): Promise<number> {
  // There are no files to configure this program by.
  if (args.some((argument) => argument.startsWith('--create-config-files'))) return success
  const values = parse(args)
  if (values['print-capabilities'] === true) print(printedCapabilities('swtpm_setup', features))
  else if (values.version === true) print(setupVersion)
  else if (values.help === true) print(setupHelp)
  else return setUp(values)
  return success
}

async function setUp(values: Values): Promise<number> {
  const folder = folderOf(values)
  if (values.tpm2 !== true) throw new UsageError('This makes a TPM 2.0, and only that: give --tpm2.')
  if (ofTpm12.some((option) => values[option] !== undefined))
    throw new UsageError('Taking ownership is not supported for TPM 2.')
  const { logfile: path } = values
  const log = openLog(path === undefined ? undefined : { path, prefix: '', truncates: false }, '')
  try {
    if (values.runas !== undefined) runAs(values.runas)
    const state = stateFileIn(folder, swtpmNames)
    if (existsSync(state) && values.reconfigure !== true) {
      if (values['not-overwrite'] === true) {
        log.say('Not overwriting existing state file.')
        return success
      }
      if (values.overwrite !== true) throw new UsageError(`Found existing TPM state in ${folder}.`)
      rmSync(state)
    }
    const made = await manufacture(values, folder, (text) => {
      log.say(text)
    })
    for (const line of linesOf(made)) log.say(line)
    return success
  } catch (error) {
    if (error instanceof Error && values.logfile !== undefined) log.say(error.message)
    throw error
  } finally {
    log.close()
  }
}

async function manufacture(values: Values, folder: string, warn: (text: string) => void): Promise<Manufactured> {
  const rsaBits = rsaBitsOf(values)
  const pcrBanks = banksOf(values['pcr-banks'] ?? defaultBanks)
  const isCertified = values['create-ek-cert'] === true || values['create-platform-cert'] === true
  const authority = isCertified ? await authorityIn(authorityFolder()) : undefined
  const storageKey = values.ecc === true ? 'ecc-p384' : (`rsa-${rsaBits}` as const)
  const made = await manufactureTpm({
    folder,
    names: swtpmNames,
    key: await keyOf(values, folder, warn),
    pcrBanks,
    keepsKeys: values.createek === true || isCertified,
    endorsement: {
      rsaBits,
      ...(values['allow-signing'] === true && { signing: { decrypts: values.decryption === true } }),
    },
    storageKey: values['create-spk'] === true ? storageKey : undefined,
    authority,
    hasPlatformCertificate: values['create-platform-cert'] === true,
    locksCertificates: isCertified && values['lock-nvram'] === true,
    machine: (values.vmid ?? 'unknown').replace(/[^\w .:@-]/g, '_').slice(0, 128),
    reconfigures: values.reconfigure === true,
  })
  const target = values['write-ek-cert-files']
  if (target !== undefined)
    for (const { kind, der } of made.certificates)
      if (kind !== 'platform') writeFileSync(join(target, `ek-${certificateNames[kind] ?? kind}.crt`), der)
  return made
}

function rsaBitsOf({ 'rsa-keysize': given = '2048' }: Values): 2048 | 3072 {
  const bits = Object.entries(rsaSizes).find(([text]) => text === given)?.[1]
  if (bits === undefined) throw new UsageError(`Unsupported RSA key size ${given}.`)
  return bits
}

function folderOf(values: Values): string {
  const given = values['tpm-state'] ?? values.tpmstate
  if (given === undefined) throw new UsageError('Give the folder of the state with --tpm-state.')
  if (given.startsWith(fileUri)) throw new UsageError(`The state lies in a folder, and not in one file: ${given}`)
  return given.startsWith(folderUri) ? given.slice(folderUri.length) : given
}

/** As swtpm_setup: banks that nobody has are left out, unless nothing remains. */
function banksOf(text: string): readonly string[] | undefined {
  if (text === everyBank) return undefined
  const banks = text.split(',').filter((bank) => allBanks.includes(bank))
  if (banks.length === 0)
    throw new UsageError('No PCR banks could be allocated. None of the selected algorithms are supported.')
  return banks
}

async function keyOf(values: Values, folder: string, warn: (text: string) => void): Promise<Uint8Array> {
  const sources = Object.entries({
    file: values.keyfile,
    fd: values['keyfile-fd'],
    pwdfile: values.pwdfile,
    pwdfd: values['pwdfile-fd'],
  }).flatMap(([word, value]) => (value === undefined ? [] : [`${word}=${value}`]))
  if (sources.length === 0) return keyBeside(folder, { warn })
  return stateKeyFrom(readKeyOption('key', [...sources, `mode=${values.cipher ?? 'aes-128-cbc'}`].join(',')))
}

/** In the words of swtpm_setup, which programs look for. */
function linesOf({ keys, certificates, pcrBanks }: Manufactured): readonly string[] {
  return [
    ...keys.flatMap(({ kind, handle }) =>
      handle === undefined ? [] : [`Successfully created ${keyNames[kind] ?? kind} with handle ${handle}.`],
    ),
    ...certificates.map(
      ({ kind, nvIndex }) =>
        `Successfully created NVRAM area ${nvIndex.replace('0x0', '0x')} for ${keyNames[kind] ?? kind} certificate.`,
    ),
    `Successfully activated PCR banks ${pcrBanks.join(',')} among ${allBanks.join(',')}.`,
    'Successfully authored TPM state.',
  ]
}

await runProgram('swtpm_setup', main)
