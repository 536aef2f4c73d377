import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A LUKS2 image in a folder of its own; `key` opens it. */
export class ScratchVolume {
  readonly folder = mkdtempSync(join(tmpdir(), 'bootlatch-luks-'))
  readonly device = join(this.folder, 'disk.img')
  readonly keyFile = join(this.folder, 'owner.key')

  constructor() {
    writeFileSync(this.keyFile, randomBytes(32), { mode: 0o600 })
    writeFileSync(this.device, '')
    truncateSync(this.device, 12 << 20)
    const fast = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000', '--luks2-keyslots-size', '4M']
    execFileSync('cryptsetup', ['luksFormat', '-q', '--type', 'luks2', ...fast, this.device, this.keyFile])
  }

  get uuid(): string {
    return execFileSync('cryptsetup', ['luksUUID', this.device]).toString().trim()
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }
}
