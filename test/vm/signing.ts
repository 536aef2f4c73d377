import { createPrivateKey } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildFolder, parts } from './packages.ts'
import { runTool } from './run-tool.ts'

/** The distribution publishes this key with its passphrase: firmware that trusts it is for tests. */
const passphrase = 'snakeoil'

/** Signs a PE image with the key that the snakeoil variables trust; two runs give the same bytes. */
export async function sign(image: string, signed: string): Promise<void> {
  await runTool('sbsign', '--key', await openKey(), '--cert', parts.snakeoilCertificate(), '--output', signed, image)
}

async function openKey(): Promise<string> {
  const path = join(buildFolder, 'snakeoil.pem')
  if (!existsSync(path)) {
    const key = createPrivateKey({ key: await readFile(parts.snakeoilKey()), passphrase })
    await writeFile(path, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  }
  return path
}
