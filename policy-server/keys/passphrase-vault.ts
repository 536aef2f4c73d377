import { createCipheriv, createDecipheriv } from 'node:crypto'
import { hashRaw, type Algorithm } from '@node-rs/argon2'
import { concat, Reader, WireError, Writer } from '../../core/bytes/index.ts'
import { KeyError } from './key-error.ts'
import { rootKeyInMemory, type RootKey } from './root-key.ts'
import { SecretBytes } from './secret-bytes.ts'
import type { Random } from './wrapping.ts'

/** Cost of turning the passphrase into a key (RFC 9106, 3.1: m, t, p). */
export interface PassphraseCost {
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
}

/** RFC 9106, 4: the second recommended option, for where 2 GiB are too much. */
export const recommendedCost: PassphraseCost = { memoryKiB: 64 * 1024, passes: 3, lanes: 4 }

/** "BLVT". */
const magic = 0x424c5654
const formatVersion = 1
const saltSize = 16
const keySize = 32
const nonceSize = 12
const tagSize = 16
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- an ambient const enum, which isolated modules cannot read
const argon2id: Algorithm = 2

/** Several times what is written, and refused before any memory is taken: a damaged file must neither take the server down nor keep it for minutes. */
const most: PassphraseCost = { memoryKiB: 256 * 1024, passes: 16, lanes: 16 }
/** RFC 9106, 3.1. */
const leastKiBPerLane = 8

const protection = {
  provider: 'passphrase vault (argon2id)',
  warnings: [
    'The root key lies in a file under a passphrase: whoever takes the file and learns the passphrase has every key.',
  ],
}

interface Vault {
  readonly header: Uint8Array
  readonly cost: PassphraseCost
  readonly salt: Uint8Array
  readonly nonce: Uint8Array
  readonly sealedRootKey: Uint8Array
}

function encodeHeader(cost: PassphraseCost, salt: Uint8Array): Uint8Array {
  const out = new Writer().u32(magic).u8(formatVersion)
  return out.u32(cost.memoryKiB).u32(cost.passes).u32(cost.lanes).bytes(salt).done()
}

function readVault(file: Uint8Array): Vault {
  const input = new Reader(file)
  if (input.u32() !== magic) throw new WireError('no vault', ['magic'])
  if (input.u8() !== formatVersion) throw new KeyError('keys/unknown-vault-version')
  const cost = { memoryKiB: input.u32(), passes: input.u32(), lanes: input.u32() }
  for (const part of ['memoryKiB', 'passes', 'lanes'] as const) {
    if (cost[part] < 1 || cost[part] > most[part]) throw new WireError('out of range', [part])
  }
  if (cost.memoryKiB < leastKiBPerLane * cost.lanes) throw new WireError('too little for the lanes', ['memoryKiB'])
  const salt = input.bytes(saltSize)
  const header = file.subarray(0, input.offset)
  const vault = { header, cost, salt, nonce: input.bytes(nonceSize), sealedRootKey: input.bytes(keySize + tagSize) }
  input.end()
  return vault
}

async function stretch(passphrase: SecretBytes, cost: PassphraseCost, salt: Uint8Array): Promise<SecretBytes> {
  const { memoryKiB, passes, lanes } = cost
  const options = { algorithm: argon2id, memoryCost: memoryKiB, timeCost: passes, parallelism: lanes }
  return new SecretBytes(await hashRaw(passphrase.reveal(), { ...options, outputLen: keySize, salt }))
}

/** A new root key, in a vault file that only the passphrase opens. */
export async function createPassphraseVault(
  passphrase: SecretBytes,
  random: Random,
  cost: PassphraseCost = recommendedCost,
): Promise<Uint8Array> {
  const salt = random(saltSize)
  const header = encodeHeader(cost, salt)
  const key = await stretch(passphrase, cost, salt)
  const nonce = random(nonceSize)
  const rootKey = random(keySize)
  const cipher = createCipheriv('aes-256-gcm', key.reveal(), nonce, { authTagLength: tagSize }).setAAD(header)
  const file = concat(header, nonce, cipher.update(rootKey), cipher.final(), cipher.getAuthTag())
  rootKey.fill(0)
  key.forget()
  return file
}

/**
 * Opens a vault file.
 * @throws KeyError `keys/wrong-passphrase` (an altered file looks the same), `keys/damaged-vault`,
 * `keys/unknown-vault-version`.
 */
export async function openPassphraseVault(file: Uint8Array, passphrase: SecretBytes, random: Random): Promise<RootKey> {
  let vault: Vault
  try {
    vault = readVault(file)
  } catch (cause) {
    throw cause instanceof WireError ? new KeyError('keys/damaged-vault', { cause }) : cause
  }
  const key = await stretch(passphrase, vault.cost, vault.salt)
  const decipher = createDecipheriv('aes-256-gcm', key.reveal(), vault.nonce, { authTagLength: tagSize })
  decipher.setAAD(vault.header).setAuthTag(vault.sealedRootKey.subarray(keySize))
  const opened = decipher.update(vault.sealedRootKey.subarray(0, keySize))
  try {
    decipher.final()
    return rootKeyInMemory(new SecretBytes(Uint8Array.from(opened)), protection, random)
  } catch (cause) {
    throw new KeyError('keys/wrong-passphrase', { cause })
  } finally {
    opened.fill(0)
    key.forget()
  }
}
