import { createPrivateKey, type KeyObject } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { signingKeyOf } from '../core/signing/index.ts'
import { Failure } from './failure.ts'
import { readLimited } from './offline.ts'
import type { World } from './session.ts'

const longestKeyBytes = 16 * 1024

/**
 * Reads the key that an engineer signs with: PKCS#8 as PEM, encrypted or readable by its owner alone.
 * @throws Failure key/exposed, key/unusable, file/unreadable
 */
export async function readSigningKey(
  world: World,
  path: string,
  passphraseFile: string | undefined,
): Promise<KeyObject> {
  const pem = new TextDecoder().decode(await readLimited(path, longestKeyBytes))
  const isEncrypted = pem.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----')
  if (!isEncrypted) await refuseExposed(path)
  const key = openKey(path, pem, isEncrypted ? await passphrase(world, path, passphraseFile) : undefined)
  if (signingKeyOf(key) !== undefined) return key
  throw new Failure('key/unusable', `${path} is no key of P-256, P-384 or Ed25519`, {
    advice: ['Make one: openssl genpkey -algorithm ED25519 -aes256 -out KEY'],
  })
}

async function refuseExposed(path: string): Promise<void> {
  const file = await open(path, constants.O_RDONLY)
  try {
    const { mode } = await file.stat()
    if ((mode & 0o077) === 0) return
    throw new Failure(
      'key/exposed',
      `${path} is not encrypted and can be read by others (mode ${(mode & 0o777).toString(8)})`,
      {
        advice: [`chmod 600 ${path}`, `or encrypt it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in ${path} -out NEW`],
      },
    )
  } finally {
    await file.close()
  }
}

async function passphrase(world: World, path: string, file: string | undefined): Promise<string> {
  if (file !== undefined)
    return new TextDecoder().decode(await readLimited(file, longestKeyBytes)).replace(/\r?\n$/, '')
  const { askHidden } = world.terminal
  if (askHidden === undefined)
    throw new Failure('key/unusable', `${path} is encrypted, and nobody can be asked for its passphrase here`, {
      advice: ['Name a file that holds it: --passphrase-file FILE'],
    })
  return await askHidden(`Passphrase of ${path}: `)
}

function openKey(path: string, key: string, phrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key, format: 'pem', ...(phrase === undefined ? {} : { passphrase: phrase }) })
  } catch {
    // The cause may quote what the file holds.
    const why =
      phrase === undefined ? 'it is no private key (PKCS#8, PEM)' : 'it is no private key, or its passphrase is another'
    throw new Failure('key/unusable', `cannot open ${path}: ${why}`)
  }
}
