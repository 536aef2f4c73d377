import { createPrivateKey } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parts } from './packages.ts'
import { runTool } from './run-tool.ts'

/** The distribution publishes this key with its passphrase: firmware that trusts it is for tests. */
const passphrase = 'snakeoil'

/** Signs a PE image with the key that the snakeoil variables trust; `folder` takes that key. */
export async function sign(image: string, signed: string, folder: string): Promise<void> {
  const key = join(folder, 'snakeoil.pem')
  const locked = createPrivateKey({ key: await readFile(parts.snakeoilKey()), passphrase })
  await writeFile(key, locked.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  await runTool('sbsign', '--key', key, '--cert', parts.snakeoilCertificate(), '--output', signed, image)
}
