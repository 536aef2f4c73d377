import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import type { PassphraseSource } from '../keys/index.ts'

declare const BOOTLATCH_VERSION: string | undefined

const standardOutput = 1

export const version = typeof BOOTLATCH_VERSION === 'undefined' ? 'development' : BOOTLATCH_VERSION
export const random = (size: number): Uint8Array => Uint8Array.from(randomBytes(size))
export const clock = (): number => Date.now()

/** Prints one record as a line of JSON. */
export function say(record: object): void {
  writeSync(standardOutput, `${JSON.stringify(record)}\n`)
}

/** Where this process may have the vault's passphrase from. */
export function passphraseSource(file: string | undefined): PassphraseSource {
  const { stdin, stderr } = process
  return {
    file,
    credentials: process.env['CREDENTIALS_DIRECTORY'],
    terminal: stdin.isTTY && stderr.isTTY ? { input: stdin, output: stderr } : undefined,
  }
}

export const passphraseOption = [
  '--passphrase-file <file>',
  'passphrase of the key vault, mode 0600 (else systemd credential or terminal)',
] as const
export const configOption = ['--config <file>', 'configuration', '/etc/bootlatch/server.yaml'] as const
