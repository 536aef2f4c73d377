import { createHash } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import {
  ALG,
  CreatePrimary,
  encode,
  EvictControl,
  FlushContext,
  hashAlgorithms,
  named,
  nameOf,
  NV_WriteLock,
  passwordSession,
  PCR_Allocate,
  publicKeyOf,
  RH,
  selectPcrs,
  TpmClient,
  TPMT_PUBLIC,
} from '../../core/tpm/index.ts'
import { toHex } from '../../core/bytes/index.ts'
import { shutDown, startUp, writePlatformIndex } from '../attest/index.ts'
import { openStoredTpm, stateFileIn, type StateNames } from '../channel/index.ts'
import { ekContent, platformContent } from './certificate-content.ts'
import { type EndorsementChoice, endorsementKeysOf, platformCertificateNvIndex } from './endorsement-keys.ts'
import { spkiOf, type LocalAuthority } from './local-authority.ts'
import { storageKeyHandle, type StorageKeyKind, storageKeys } from './storage-keys.ts'

/** What a TPM is given when it is made. */
export interface Manufacture {
  readonly folder: string
  /** Of the files that are made there. */
  readonly names?: StateNames
  /** 32 bytes; cleared. */
  readonly key: Uint8Array
  /** Names of hash algorithms; all others have no PCRs. Undefined leaves every bank. */
  readonly pcrBanks: readonly string[] | undefined
  /** Endorsement keys stay at their handles. */
  readonly keepsKeys: boolean
  /** Which endorsement keys there are; those of the usual profile, where nothing is said. */
  readonly endorsement?: EndorsementChoice
  /** A storage root key that stays at its handle. */
  readonly storageKey?: StorageKeyKind | undefined
  /** Who certifies the endorsement keys; undefined for no certificates. */
  readonly authority: LocalAuthority | undefined
  readonly hasPlatformCertificate: boolean
  /** Nobody writes the certificates again. */
  readonly locksCertificates: boolean
  /** Whom the certificates name. */
  readonly machine: string
  /** Takes a TPM that is there, and changes its PCR banks alone. */
  readonly reconfigures?: boolean
}

/** What came of it, for programs. */
export interface Manufactured {
  readonly manufactured: boolean
  readonly keys: readonly { readonly kind: string; readonly handle: string | undefined; readonly spkiSha256: string }[]
  readonly certificates: readonly { readonly nvIndex: string; readonly der: Uint8Array; readonly kind: string }[]
  readonly pcrBanks: readonly string[]
}

/** There is a TPM in the folder already, or none. */
export class ManufactureError extends Error {
  override readonly name = 'ManufactureError'
}

const empty = new Uint8Array(0)
const usualKeys: EndorsementChoice = { rsaBits: 2048 }
/** What a distinguished name takes without quoting. */
const machineName = /^[\w .:@-]{0,128}$/
const allPcrs = Array.from({ length: 24 }, (_, pcr) => pcr)
const owner = { ...named(RH.owner), auth: passwordSession() }
const platform = { ...named(RH.platform), auth: passwordSession() }
const endorsement = { ...named(RH.endorsement), auth: passwordSession() }
const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`

/**
 * Makes the TPM of a folder, or changes its PCR banks.
 * @throws ManufactureError; FolderInUse, StateUnusableError, AuthorityError.
 */
export async function manufactureTpm(options: Manufacture): Promise<Manufactured> {
  const banks = banksOf(options.pcrBanks)
  if (!machineName.test(options.machine))
    throw new ManufactureError(`'${options.machine}': letters, digits, spaces and .:@_- name a machine`)
  const stateFile = stateFileIn(options.folder, options.names)
  const isThere = existsSync(stateFile)
  if (isThere !== (options.reconfigures === true))
    throw new ManufactureError(`${options.folder}: ${isThere ? 'holds a TPM already' : 'holds no TPM'}`)
  const stored = await openStoredTpm({ folder: options.folder, key: options.key, names: options.names })
  try {
    stored.tpm.powerOn()
    const client = new TpmClient({ transmit: async (command) => await stored.tpm.execute(command) })
    await startUp(client)
    const made = isThere ? nothingMade : await endow(client, options)
    const pcrAllocation = hashAlgorithms.map(({ id, node }) => selectPcrs(id, banks.includes(node) ? allPcrs : []))
    await client.run(PCR_Allocate, { authHandle: platform }, { pcrAllocation })
    await shutDown(client)
    await stored.close()
    return { manufactured: !isThere, ...made, pcrBanks: banks }
  } catch (error) {
    await stored.close()
    // Half a TPM is none: the next run begins anew.
    if (!isThere) rmSync(stateFile, { force: true })
    throw error
  }
}

type Made = Pick<Manufactured, 'keys' | 'certificates'>
const nothingMade: Made = { keys: [], certificates: [] }

async function endow(client: TpmClient, options: Manufacture): Promise<Made> {
  const keys: Made['keys'][number][] = []
  const certificates: Made['certificates'][number][] = []
  const { authority, machine, storageKey, endorsement: choice = usualKeys } = options
  const certify = async (nvIndex: number, kind: string, der: Promise<Uint8Array>): Promise<void> => {
    await writeIndex(client, nvIndex, await der, options.locksCertificates)
    certificates.push({ nvIndex: hex(nvIndex), kind, der: await der })
  }
  const make = async (kind: string, ...[hierarchy, template, handle]: KeyMaking): Promise<Uint8Array> => {
    const spki = spkiOf(publicKeyOf(await makeKey(client, hierarchy, template, handle)))
    const spkiSha256 = createHash('sha256').update(spki).digest('hex')
    keys.push({ kind, handle: handle === undefined ? undefined : hex(handle), spkiSha256 })
    return spki
  }
  if (storageKey !== undefined) await make(`storage ${storageKey}`, owner, storageKeys[storageKey], storageKeyHandle)
  for (const key of endorsementKeysOf(choice)) {
    const handle = options.keepsKeys ? key.persistentHandle : undefined
    const spki = await make(key.kind, endorsement, key.template, handle)
    if (handle !== undefined && key.templateNvIndex !== undefined)
      await writeIndex(client, key.templateNvIndex, encode(TPMT_PUBLIC, key.template), options.locksCertificates)
    if (authority === undefined) continue
    const isRsa = key.template.type === ALG.rsa
    await certify(key.certificateNvIndex, key.kind, authority.issue(spki, ekContent(isRsa ? 'rsa' : 'ecc', machine)))
    if (isRsa && options.hasPlatformCertificate)
      await certify(platformCertificateNvIndex, 'platform', authority.issue(spki, platformContent(machine)))
  }
  return { keys, certificates }
}

type Hierarchy = typeof owner
type KeyMaking = readonly [hierarchy: Hierarchy, template: TPMT_PUBLIC, persistentHandle: number | undefined]

async function makeKey(client: TpmClient, ...[hierarchy, template, persistentHandle]: KeyMaking): Promise<TPMT_PUBLIC> {
  const { handle, outPublic } = await client.run(
    CreatePrimary,
    { primaryHandle: hierarchy },
    { inSensitive: { userAuth: empty, data: empty }, inPublic: template, outsideInfo: empty, creationPCR: [] },
  )
  if (persistentHandle !== undefined)
    await client.run(
      EvictControl,
      { auth: owner, objectHandle: { handle, name: nameOf(outPublic) } },
      { persistentHandle },
    )
  await client.run(FlushContext, {}, { flushHandle: handle })
  return outPublic
}

async function writeIndex(client: TpmClient, nvIndex: number, content: Uint8Array, locks: boolean): Promise<void> {
  const name = await writePlatformIndex(client, nvIndex, content, { mayBeLocked: true })
  if (locks) await client.run(NV_WriteLock, { authHandle: platform, nvIndex: { handle: nvIndex, name } }, {})
}

function banksOf(asked: readonly string[] | undefined): readonly string[] {
  const known = hashAlgorithms.map(({ node }) => node)
  const unknown = asked?.find((bank) => !known.includes(bank))
  if (unknown !== undefined) throw new ManufactureError(`no PCR bank of ${unknown}: there are ${known.join(', ')}`)
  if (asked?.length === 0) throw new ManufactureError('one PCR bank at least')
  return asked === undefined ? known : known.filter((bank) => asked.includes(bank))
}

/** For programs: certificates by where they lie, in hexadecimal. */
export const asJson = ({ certificates, ...rest }: Manufactured): object => ({
  ...rest,
  certificates: certificates.map(({ nvIndex, kind, der }) => ({ nvIndex, kind, der: toHex(der) })),
})
