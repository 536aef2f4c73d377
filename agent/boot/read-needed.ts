import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { BootFileError, type NeededFile } from '../../core/boot/index.ts'

/**
 * Reads a file that a boot needs, or its beginning, within its limit.
 * @throws BootFileError if it is larger; what the file system throws.
 */
export async function readNeeded(folder: string, { path, limitBytes, startOnly }: NeededFile): Promise<Uint8Array> {
  const file = await open(resolve(folder, path))
  try {
    const chunks: Uint8Array[] = []
    let size = 0
    // Files below /sys and block devices have no size before they are read.
    for await (const chunk of file.createReadStream({ autoClose: false, end: limitBytes })) {
      chunks.push(chunk as Uint8Array)
      size += (chunk as Uint8Array).length
    }
    if (size > limitBytes && !startOnly) throw new BootFileError(path, `larger than ${limitBytes} bytes`)
    return new Uint8Array(Buffer.concat(chunks, Math.min(size, limitBytes)))
  } finally {
    await file.close()
  }
}
