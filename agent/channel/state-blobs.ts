import { type Reader, Writer } from '../../core/bytes/index.ts'
import { StateFileError, type StateFileProblem } from '../vtpm/index.ts'
import { type ControlAnswer, RESULT } from './control-result.ts'
import { type SerialTpm } from './serial-tpm.ts'
import { type PowerOnOptions } from './virtual-tpm.ts'

type BlobKind = 'permanent' | 'volatile'

/** How the state of a TPM leaves it and comes back: sealed, to be opened by this TPM alone. */
export interface StateMover {
  /** Undefined where it cannot be had: in failure mode. */
  take(kind: BlobKind): Uint8Array | undefined | Promise<Uint8Array | undefined>
  /** Kept for when power comes; an empty one takes back what was kept. */
  put(kind: BlobKind, blob: Uint8Array): void | Promise<void>
  /** Stores the volatile state for another process; false where it cannot be had. */
  store(): boolean | Promise<boolean>
  /** _TPM_Init, with the state that was put or stored. */
  powerOn(options?: PowerOnOptions & { readonly forgetStored?: boolean }): void | Promise<void>
}

/** What the three commands work on. */
export interface BlobScope {
  readonly tpm: SerialTpm
  readonly mover: StateMover | undefined
  /** The blob that was asked for last: its parts must fit together. */
  lastBlob: { readonly type: number; readonly bytes: Uint8Array } | undefined
}

/** The longest blob that is read. */
export const maxBlobBytes = 512 * 1024

/** Of swtpm's tpm_ioctl.h; a TPM 2.0 has no blob of type 3, savestate. */
const kinds: Readonly<Record<number, BlobKind>> = { 1: 'permanent', 2: 'volatile' }
const savestate = 3
/** GET_STATEBLOB: the blob is encrypted. It is even if the request says that it need not be. */
const encrypted = 2
/** A TPM 1.2 code with the bit that says that there is no such blob, which QEMU takes for an empty one. */
const noSuchBlob = 0x800

const nothing = new Uint8Array(0)

export function storeVolatile({ tpm, mover }: BlobScope): Promise<ControlAnswer> {
  return answerOf(() => tpm.inTurn(async () => ((await mover?.store()) === true ? nothing : RESULT.fail)))
}

/** Its answer has a result word of its own. */
export function getBlob(scope: BlobScope, body: Reader): Promise<ControlAnswer> {
  body.u32()
  const [type, offset] = [body.u32(), body.u32()]
  const kind = kinds[type]
  return answerOf(async () => {
    if (kind === undefined) return blobAnswer(noSuchBlob)
    const fresh = offset === 0 || scope.lastBlob?.type !== type
    const bytes = fresh ? await scope.tpm.inTurn(() => scope.mover?.take(kind)) : scope.lastBlob?.bytes
    if (bytes === undefined) return RESULT.fail
    scope.lastBlob = { type, bytes }
    return blobAnswer(RESULT.success, bytes, offset)
  })
}

/** Flags, the size of the whole blob, the size of the part that follows, and that part. */
function blobAnswer(result: number, blob: Uint8Array = nothing, offset = 0): Uint8Array {
  const rest = blob.subarray(offset)
  const [flags, total] = rest.length === 0 ? [0, 0] : [encrypted, blob.length]
  return new Writer().u32(result).u32(flags).u32(total).u32(rest.length).bytes(rest).done()
}

export function setBlob({ tpm, mover }: BlobScope, body: Reader): Promise<ControlAnswer> | ControlAnswer {
  body.u32()
  const type = body.u32()
  const blob = body.bytes(body.u32())
  const kind = kinds[type]
  if (tpm.powered) return RESULT.badOrdinal
  if (type === savestate) return blob.length === 0 ? nothing : RESULT.badParameter
  if (kind === undefined) return RESULT.badParameter
  return answerOf(() =>
    tpm.inTurn(async () => {
      await mover?.put(kind, blob)
      return nothing
    }),
  )
}

const resultOf: Readonly<Partial<Record<StateFileProblem, number>>> = {
  'state/damaged': RESULT.badParameter,
  'state/unknown-version': RESULT.badParameter,
  'state/no-key': RESULT.keyNotFound,
  'state/not-authentic': RESULT.decryptError,
}

/** Runs what may meet a state that is none of this TPM's, or a disk that fails. */
export async function answerOf(run: () => ControlAnswer | Promise<ControlAnswer>): Promise<ControlAnswer> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof StateFileError) return resultOf[error.problem] ?? RESULT.fail
    if (error instanceof Error && 'syscall' in error) return RESULT.ioError
    throw error
  }
}
