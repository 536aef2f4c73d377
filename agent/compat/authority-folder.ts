import { accessSync, constants } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'

/** Where the authority lies that certifies all TPMs of this user. */
export function authorityFolder(): string {
  const given = process.env['BOOTLATCH_TPM_CA'] ?? ''
  if (given !== '') return given
  if (process.getuid?.() === 0) return '/var/lib/bootlatch/tpm-ca'
  // libvirt runs this as another user than itself, in its own environment.
  const homes = [homedir(), userInfo().homedir]
  return join(homes.find(isWritable) ?? homedir(), '.local/share/bootlatch/tpm-ca')
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
