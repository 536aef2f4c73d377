import { type Programs } from './programs.ts'

export const passphrase = 'correct horse'

/** Makes a LUKS2 container in a file; cheap to open, and no device-mapper is needed to test a passphrase. */
export async function formatImage(programs: Programs, name: string): Promise<void> {
  programs.write('passphrase', passphrase)
  await programs.run('truncate', '-s', '32M', name)
  const cheap = ['--type', 'luks2', '--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000']
  await programs.run('cryptsetup', 'luksFormat', '--batch-mode', ...cheap, name, 'passphrase')
}

/** @throws Error where the content of `keyFile` opens nothing. */
export async function testPassphrase(programs: Programs, name: string, keyFile: string): Promise<void> {
  await programs.run('cryptsetup', 'open', '--test-passphrase', '--key-file', keyFile, name)
}
