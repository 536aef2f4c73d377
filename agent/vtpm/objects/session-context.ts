import { WireError } from '../../../core/bytes/index.ts'
import {
  decode,
  encode,
  struct,
  TPM2B_DIGEST,
  TPM2B_NONCE,
  TPMI_ALG_HASH,
  TPMI_YES_NO,
  TPMT_SYM_DEF,
  u32,
  u64,
  u8,
  type Infer,
} from '../../../core/tpm/index.ts'
import { type CommandBinding, Session, type SessionType } from '../state/session.ts'

const types: readonly SessionType[] = ['hmac', 'policy', 'trial']
const protections = ['no', 'object', 'lockout'] as const
/** Absent values travel as their largest or their empty form. */
const noCommand = 0xffffffff
const noTime = 0xffffffffffffffffn
const noLocality = 0
const nvWrittenStates = [undefined, false, true] as const
const bindings = ['cpHash', 'nameHash', 'templateHash'] as const

const SessionContext = struct('sessionContext', {
  type: u8,
  hash: TPMI_ALG_HASH,
  symmetric: TPMT_SYM_DEF,
  key: TPM2B_DIGEST,
  boundTo: TPM2B_DIGEST,
  daBound: u8,
  startedAt: u64,
  timeEpoch: u64,
  nonceTPM: TPM2B_NONCE,
  auditDigest: TPM2B_DIGEST,
  /** Of a policy session. */
  policyDigest: TPM2B_DIGEST,
  commandCode: u32,
  locality: u8,
  authValueNeeded: TPMI_YES_NO,
  passwordNeeded: TPMI_YES_NO,
  physicalPresenceNeeded: TPMI_YES_NO,
  nvWritten: u8,
  hasPcrCounter: TPMI_YES_NO,
  pcrCounter: u32,
  bindingOf: u8,
  binding: TPM2B_DIGEST,
  expiresAt: u64,
})
type SessionContext = Infer<typeof SessionContext>

const empty = new Uint8Array(0)
const flag = (value: boolean): number => (value ? 1 : 0)
const orAbsent = (bytes: Uint8Array): Uint8Array | undefined => (bytes.length === 0 ? undefined : bytes)

export function encodeSession(session: Session): Uint8Array {
  const { policy } = session
  return encode(SessionContext, {
    type: types.indexOf(session.type),
    hash: session.hash,
    symmetric: session.symmetric,
    key: session.key,
    boundTo: session.boundTo ?? empty,
    daBound: protections.indexOf(session.daBound),
    startedAt: session.startedAt,
    timeEpoch: session.timeEpoch,
    nonceTPM: session.nonceTPM,
    auditDigest: session.auditDigest ?? empty,
    policyDigest: session.isPolicy ? policy.digest : empty,
    commandCode: policy.commandCode ?? noCommand,
    locality: policy.locality ?? noLocality,
    authValueNeeded: flag(policy.authValueNeeded),
    passwordNeeded: flag(policy.passwordNeeded),
    physicalPresenceNeeded: flag(policy.physicalPresenceNeeded),
    nvWritten: nvWrittenStates.indexOf(policy.nvWritten),
    hasPcrCounter: flag(policy.pcrCounter !== undefined),
    pcrCounter: policy.pcrCounter ?? 0,
    bindingOf: policy.binding === undefined ? 0 : bindings.indexOf(policy.binding.of),
    binding: policy.binding?.digest ?? empty,
    expiresAt: policy.expiresAt ?? noTime,
  })
}

export function decodeSession(handle: number, content: Uint8Array): Session {
  const saved: SessionContext = decode(SessionContext, content)
  content.fill(0)
  const type = types[saved.type]
  const daBound = protections[saved.daBound]
  if (type === undefined || daBound === undefined) throw new WireError('a session of another version', ['session'])
  const { hash, symmetric, key, startedAt, timeEpoch, nonceTPM } = saved
  const boundTo = orAbsent(saved.boundTo)
  const session = new Session({ handle, type, hash, symmetric, key, boundTo, daBound, startedAt, timeEpoch, nonceTPM })
  session.auditDigest = orAbsent(saved.auditDigest)
  session.policy = {
    digest: session.isPolicy ? saved.policyDigest : session.policy.digest,
    commandCode: saved.commandCode === noCommand ? undefined : saved.commandCode,
    locality: saved.locality === noLocality ? undefined : saved.locality,
    authValueNeeded: saved.authValueNeeded === 1,
    passwordNeeded: saved.passwordNeeded === 1,
    physicalPresenceNeeded: saved.physicalPresenceNeeded === 1,
    nvWritten: nvWrittenStates[saved.nvWritten],
    pcrCounter: saved.hasPcrCounter === 1 ? saved.pcrCounter : undefined,
    binding: bindingFrom(saved),
    expiresAt: saved.expiresAt === noTime ? undefined : saved.expiresAt,
  }
  return session
}

function bindingFrom({ bindingOf, binding }: SessionContext): CommandBinding | undefined {
  const of = bindings[bindingOf]
  return of === undefined || binding.length === 0 ? undefined : { of, digest: binding }
}
