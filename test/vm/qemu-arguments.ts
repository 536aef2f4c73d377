import { commandLine } from './boot-kinds.ts'
import { type BootMedia } from './boot-media.ts'
import { parts } from './packages.ts'

/** A machine as one orders it. */
export interface GuestOrder {
  readonly media: BootMedia
  readonly tpmDevice: 'tpm-crb' | 'tpm-tis'
  /** Whose keys the firmware's variables hold; with `none` Secure Boot is off. */
  readonly trust: 'none' | 'snakeoil' | 'microsoft'
  readonly memoryMiB: number
  readonly processors: number
}

/** Where a running machine is reached. */
export interface GuestSockets {
  /** The control socket of its TPM. */
  readonly tpm: string
  /** Its own copy of the firmware's variables. */
  readonly variables: string
  readonly qmp: string
  /** Where QEMU tells what happens, too. */
  readonly events: string
  readonly console: string
}

/** The variables that a machine begins with. */
export function firstVariables({ trust }: GuestOrder): string {
  const of = {
    none: parts.emptyVariables,
    snakeoil: parts.snakeoilVariables,
    microsoft: parts.microsoftVariables,
  } as const
  return of[trust]()
}

/** QEMU's command line; the machine's second serial port is QEMU's own input and output. */
export function qemuArguments(order: GuestOrder, sockets: GuestSockets): readonly string[] {
  const { media, tpmDevice, trust, memoryMiB, processors } = order
  const isSecure = trust !== 'none'
  const code = isSecure ? parts.secureFirmware() : parts.firmware()
  return [
    ...['-machine', isSecure ? 'q35,smm=on' : 'q35', '-accel', 'tcg', '-cpu', 'max'],
    ...['-m', String(memoryMiB), '-smp', String(processors), '-nodefaults', '-display', 'none', '-boot', 'strict=on'],
    ...(isSecure ? ['-global', 'driver=cfi.pflash01,property=secure,value=on'] : []),
    ...['-drive', `if=pflash,format=raw,readonly=on,file=${code}`],
    ...['-drive', `if=pflash,format=raw,file=${sockets.variables}`],
    ...['-serial', `file:${sockets.console}`, '-serial', 'stdio'],
    ...['-qmp', `unix:${sockets.qmp},server=on,wait=off`, '-qmp', `unix:${sockets.events},server=on,wait=off`],
    ...['-chardev', `socket,id=tpm,path=${sockets.tpm}`, '-tpmdev', 'emulator,id=tpm0,chardev=tpm'],
    ...['-device', `${tpmDevice},tpmdev=tpm0`],
    ...(media.disk === undefined
      ? ['-kernel', media.kernel, '-initrd', media.initrd, '-append', commandLine]
      : ['-drive', `if=virtio,format=raw,readonly=on,file=${media.disk}`]),
  ]
}
