import { parseArgs } from 'node:util'
import { type KeyOption, readKeyOption } from './key-option.ts'
import { UsageError } from './usage-error.ts'
import { readNumber, readWords } from './words.ts'

/** Who may use a unix socket. */
export interface Access {
  readonly mode?: number
  readonly uid?: number
  readonly gid?: number
}

/** Where a channel is: to be listened on, or given by who started the program. */
export type Place =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string; readonly access: Access }
  | { readonly kind: 'listening'; readonly fd: number }
  | { readonly kind: 'connected'; readonly fd: number }

/** A file by its path, or one that is open. */
export type Outlet = { readonly path: string } | { readonly fd: number }

/** What `swtpm socket` was told. */
export interface SwtpmOptions {
  readonly data: Place | undefined
  /** The connection ends behind each response. */
  readonly disconnects: boolean
  readonly control: Place | undefined
  readonly folder: string
  readonly key: KeyOption | undefined
  readonly migrationKey: KeyOption | undefined
  readonly needsInit: boolean
  /** TPM2_Startup at once, of this type. */
  readonly startup: 'clear' | 'state' | undefined
  readonly highestLocality: number
  /** Clients of the data channel may set the locality. */
  readonly allowsSetLocality: boolean
  readonly log: (Outlet & { readonly prefix: string; readonly truncates: boolean }) | 'none' | undefined
  readonly pid: Outlet | undefined
  /** Ends with the data connection, or with the control connection. */
  readonly endsWith: { readonly data: boolean; readonly control: boolean }
  readonly runAs: string | undefined
  readonly isDaemon: boolean
  readonly asks: 'capabilities' | 'states' | 'help' | 'version' | undefined
}

const vocabulary = {
  server: {
    type: 'value',
    port: 'value',
    bindaddr: 'value',
    ifname: 'value',
    path: 'value',
    fd: 'value',
    mode: 'value',
    uid: 'value',
    gid: 'value',
    disconnect: 'flag',
  },
  ctrl: {
    type: 'value',
    port: 'value',
    bindaddr: 'value',
    ifname: 'value',
    path: 'value',
    fd: 'value',
    clientfd: 'value',
    mode: 'value',
    uid: 'value',
    gid: 'value',
    terminate: 'flag',
  },
  tpmstate: { dir: 'value', mode: 'value', 'backend-uri': 'value', lock: 'flag' },
  flags: {
    'not-need-init': 'flag',
    'startup-clear': 'flag',
    'startup-state': 'flag',
    'startup-none': 'flag',
    'startup-deactivated': 'flag',
  },
  locality: { 'reject-locality-4': 'flag', 'allow-set-locality': 'flag' },
  log: { file: 'value', fd: 'value', level: 'value', prefix: 'value', truncate: 'flag' },
  pid: { file: 'value', fd: 'value' },
  seccomp: { action: 'value' },
} as const

const command = {
  port: { type: 'string', short: 'p' },
  fd: { type: 'string', short: 'f' },
  terminate: { type: 'boolean', short: 't' },
  daemon: { type: 'boolean', short: 'd' },
  runas: { type: 'string', short: 'r' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  tpm2: { type: 'boolean' },
  server: { type: 'string' },
  ctrl: { type: 'string' },
  tpmstate: { type: 'string' },
  key: { type: 'string' },
  'migration-key': { type: 'string' },
  flags: { type: 'string' },
  locality: { type: 'string' },
  log: { type: 'string' },
  pid: { type: 'string' },
  seccomp: { type: 'string' },
  'print-capabilities': { type: 'boolean' },
  'print-states': { type: 'boolean' },
} as const

const localhost = '127.0.0.1'
const maxPort = 65535
const [highestOfAll, highestWithout4] = [4, 3]

/**
 * Reads the command line of `swtpm socket`.
 * @throws UsageError
 */
export function readSwtpmOptions(args: readonly string[], environment = process.env): SwtpmOptions {
  const { values } = parse(args)
  const server = readWords('server', values.server ?? 'type=tcp', vocabulary.server)
  const control = values.ctrl === undefined ? undefined : readWords('ctrl', values.ctrl, vocabulary.ctrl)
  const flags = values.flags === undefined ? {} : readWords('flags', values.flags, vocabulary.flags)
  const locality = values.locality === undefined ? {} : readWords('locality', values.locality, vocabulary.locality)
  if (values.seccomp !== undefined) readWords('seccomp', values.seccomp, vocabulary.seccomp)
  const asks = whatIsAsked(values)
  if (asks !== 'help' && asks !== 'version' && asks !== 'capabilities' && values.tpm2 !== true)
    throw new UsageError('This is a TPM 2.0, and only that: give --tpm2.')
  const startup = startupOf(flags)
  return {
    data: dataPlace(values, server),
    disconnects: server.disconnect !== undefined,
    control: control === undefined ? undefined : controlPlace(control),
    folder: folderOf(values.tpmstate, environment),
    key: values.key === undefined ? undefined : readKeyOption('key', values.key),
    migrationKey:
      values['migration-key'] === undefined ? undefined : readKeyOption('migration-key', values['migration-key']),
    needsInit: flags['not-need-init'] === undefined && startup === undefined,
    startup,
    highestLocality: locality['reject-locality-4'] === undefined ? highestOfAll : highestWithout4,
    allowsSetLocality: locality['allow-set-locality'] !== undefined,
    log: logOf(values.log),
    pid: values.pid === undefined ? undefined : outletOf('pid', readWords('pid', values.pid, vocabulary.pid)),
    endsWith: { data: values.terminate === true, control: control?.terminate !== undefined },
    runAs: values.runas,
    isDaemon: values.daemon === true,
    asks,
  }
}

type Values = ReturnType<typeof parse>['values']

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: command, strict: true, allowPositionals: false })
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message)
    throw error
  }
}

function whatIsAsked(values: Values): SwtpmOptions['asks'] {
  if (values.help === true) return 'help'
  if (values.version === true) return 'version'
  if (values['print-capabilities'] === true) return 'capabilities'
  return values['print-states'] === true ? 'states' : undefined
}

function dataPlace(values: Values, words: ReturnType<typeof readWords<typeof vocabulary.server>>): Place | undefined {
  const fd = words.fd ?? values.fd
  if (fd !== undefined) return { kind: 'connected', fd: readNumber('server fd', fd) }
  if (values.server === undefined && values.port === undefined) return undefined
  if (words.type === 'unixio') return unixPlace('server', words)
  return tcpPlace('server', { ...words, port: words.port ?? values.port })
}

function controlPlace(words: ReturnType<typeof readWords<typeof vocabulary.ctrl>>): Place {
  if (words.fd !== undefined && words.clientfd !== undefined)
    throw new UsageError('fd and clientfd exclude one another')
  if (words.fd !== undefined) return { kind: 'listening', fd: readNumber('ctrl fd', words.fd) }
  if (words.clientfd !== undefined) return { kind: 'connected', fd: readNumber('ctrl clientfd', words.clientfd) }
  return words.type === 'unixio' ? unixPlace('ctrl', words) : tcpPlace('ctrl', words)
}

interface PlaceWords {
  readonly type?: string | undefined
  readonly port?: string | undefined
  readonly bindaddr?: string | undefined
  readonly path?: string | undefined
  readonly mode?: string | undefined
  readonly uid?: string | undefined
  readonly gid?: string | undefined
}

function unixPlace(option: string, words: PlaceWords): Place {
  if (words.path === undefined) throw new UsageError(`Missing path and fd options for UnixIO ${option} channel`)
  const access = {
    ...(words.mode === undefined ? {} : { mode: readNumber(`${option} mode`, words.mode, { octal: true }) }),
    ...(words.uid === undefined ? {} : { uid: readNumber(`${option} uid`, words.uid) }),
    ...(words.gid === undefined ? {} : { gid: readNumber(`${option} gid`, words.gid) }),
  }
  return { kind: 'unix', path: words.path, access }
}

function tcpPlace(option: string, { type = 'tcp', port, bindaddr = localhost }: PlaceWords): Place {
  if (type !== 'tcp') throw new UsageError(`Unsupported ${option} type '${type}'`)
  if (port === undefined) throw new UsageError(`Missing port option for TCP ${option} channel`)
  return { kind: 'tcp', host: bindaddr, port: readNumber(`${option} port`, port, { max: maxPort }) }
}

function startupOf(flags: ReturnType<typeof readWords<typeof vocabulary.flags>>): SwtpmOptions['startup'] {
  if (flags['startup-deactivated'] !== undefined) throw new UsageError('TPM 2 does not support startup deactivated.')
  if (flags['startup-clear'] !== undefined) return 'clear'
  return flags['startup-state'] === undefined ? undefined : 'state'
}

const folderUri = 'dir://'

function folderOf(text: string | undefined, environment: NodeJS.ProcessEnv): string {
  const words = text === undefined ? {} : readWords('tpmstate', text, vocabulary.tpmstate)
  const uri = words['backend-uri']
  if (uri !== undefined && !uri.startsWith(folderUri))
    throw new UsageError(`The state lies in a folder: ${uri} is no ${folderUri} URI`)
  return uri?.slice(folderUri.length) ?? words.dir ?? environment['TPM_PATH'] ?? ''
}

function logOf(text: string | undefined): SwtpmOptions['log'] {
  if (text === undefined) return undefined
  const words = readWords('log', text, vocabulary.log)
  if (words.file === '-') return 'none'
  return { ...outletOf('log', words), prefix: words.prefix ?? '', truncates: words.truncate !== undefined }
}

function outletOf(option: string, words: { readonly file?: string; readonly fd?: string }): Outlet {
  if (words.file !== undefined) return { path: words.file }
  if (words.fd === undefined) throw new UsageError(`Missing file or fd option for ${option}`)
  return { fd: readNumber(`${option} fd`, words.fd) }
}
