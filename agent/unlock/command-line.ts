import { readFile } from 'node:fs/promises'
import { trimEnd } from '../../core/bytes/index.ts'

const ownCommandLine = '/proc/cmdline'
/** As long as the kernel's own limit is on most architectures; the server takes no more. */
const maxCharacters = 4096

/**
 * The command line of the running kernel, as a claim: logs often hold its digest only, and the server looks whether it fits.
 * Nothing, where it cannot be read or is no plain text.
 */
export async function claimedCommandLine(
  path = ownCommandLine,
  read: (path: string) => Promise<string> = readText,
): Promise<readonly string[]> {
  let text: string
  try {
    text = await read(path)
  } catch {
    return []
  }
  const line = trimEnd(text, '\n\0 ')
  return line.length > 0 && line.length <= maxCharacters && /^[\x20-\x7e\t]+$/.test(line) ? [line] : []
}

const readText = (from: string): Promise<string> => readFile(from, 'latin1')
