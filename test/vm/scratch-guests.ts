import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Guest } from './guest.ts'
import { type GuestOrder } from './qemu-arguments.ts'
import { type TpmBackend } from './tpm-backends.ts'

/** Machines, TPMs and folders of one suite; `remove` leaves nothing of them. */
export class ScratchGuests {
  readonly #guests: Guest[] = []
  readonly #tpms: TpmBackend[] = []
  readonly #folders: string[] = []

  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'bootlatch-vm-'))
    this.#folders.push(folder)
    return folder
  }

  async tpm(starting: Promise<TpmBackend>): Promise<TpmBackend> {
    const tpm = await starting
    this.#tpms.push(tpm)
    return tpm
  }

  /** Switches a machine on, with files of its own in `folder`. */
  async guest(order: GuestOrder, folder: string, tpm: TpmBackend, ...more: readonly string[]): Promise<Guest> {
    const guest = await Guest.start(order, folder, tpm.control, more)
    this.#guests.push(guest)
    return guest
  }

  async remove(): Promise<void> {
    for (const guest of this.#guests) await guest.kill()
    for (const tpm of this.#tpms) await tpm.process.end('SIGKILL')
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true })
  }
}
