import {
  digest,
  GetCommandAuditDigest,
  GetSessionAuditDigest,
  GetTime,
  NV_Certify,
  nvNameOf,
  RC,
  ST,
  TPM2B_MAX_NV_BUFFER,
  type TPMT_SIG_SCHEME,
} from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { attest, attestationScheme, canSign } from '../objects/attest.ts'
import { auditedCommandsDigest, beginAnew } from '../state/command-audit.ts'
import type { LoadedObject } from '../state/loaded-object.ts'
import { timeInfo } from '../state/time-info.ts'
import { refusesRead } from './nv-access.ts'
import { contentsOf } from './nv-contents.ts'

type Fail = (rc: number, subject?: 'signHandle' | 'inScheme') => never
interface Wanted {
  readonly qualifyingData: Uint8Array
  readonly inScheme: TPMT_SIG_SCHEME
}

/** The scheme that the signer attests by, if it can. */
function schemeOf(signHandle: LoadedObject | undefined, { inScheme }: Wanted, fail: Fail): TPMT_SIG_SCHEME {
  if (!canSign(signHandle)) fail(RC.key, 'signHandle')
  return attestationScheme(signHandle, inScheme) ?? fail(RC.scheme, 'inScheme')
}

/**
 * Part 3, 18.5.
 * @throws TYPE if the session does not audit; KEY if signHandle does not sign; SCHEME if it does not by inScheme.
 */
const getSessionAuditDigest = implement(GetSessionAuditDigest, (tpm, { handles, parameters, fail }) => {
  const { signHandle, sessionHandle } = handles
  const scheme = schemeOf(signHandle, parameters, fail)
  const sessionDigest = sessionHandle.auditDigest ?? fail(RC.type, 'sessionHandle')
  const exclusiveSession = tpm.exclusiveSession === sessionHandle.handle ? 1 : 0
  const attested = { type: ST.attestSessionAudit, attested: { exclusiveSession, sessionDigest } } as const
  const { info, signature } = attest(tpm, { ...parameters, signHandle, scheme }, attested, fail)
  return { auditInfo: info, signature }
})

/**
 * Part 3, 18.6: what a key has signed begins anew.
 * @throws KEY if signHandle does not sign; SCHEME if it does not by inScheme.
 */
const getCommandAuditDigest = implement(GetCommandAuditDigest, (tpm, { handles: { signHandle }, parameters, fail }) => {
  const scheme = schemeOf(signHandle, parameters, fail)
  const { auditCounter, auditAlg: digestAlg } = tpm.persistent
  const auditDigest = tpm.reset.commandAuditDigest ?? new Uint8Array(0)
  const commandDigest = auditedCommandsDigest(tpm)
  const attested = {
    type: ST.attestCommandAudit,
    attested: { auditCounter, digestAlg, auditDigest, commandDigest },
  } as const
  const { info, signature } = attest(tpm, { ...parameters, signHandle, scheme }, attested, fail)
  if (signHandle !== undefined) beginAnew(tpm)
  return { auditInfo: info, signature }
})

/**
 * Part 3, 18.7.
 * @throws KEY if signHandle does not sign; SCHEME if it does not by inScheme.
 */
const getTime = implement(GetTime, (tpm, { handles: { signHandle }, parameters, fail }) => {
  const scheme = schemeOf(signHandle, parameters, fail)
  const { firmwareVersion } = tpm.profile
  const attested = { type: ST.attestTime, attested: { time: timeInfo(tpm), firmwareVersion } } as const
  const { info, signature } = attest(tpm, { ...parameters, signHandle, scheme }, attested, fail)
  return { timeInfo: info, signature }
})

/**
 * Part 3, 31.16: a part of an index, or its digest where neither size nor offset is said.
 * @throws KEY if signHandle does not sign; SCHEME if it does not by inScheme; NV_LOCKED, NV_AUTHORIZATION,
 * NV_UNINITIALIZED; NV_RANGE if the part lies outside; VALUE if it is more than one answer holds.
 */
const nvCertify = implement(NV_Certify, (tpm, { handles, parameters, fail }) => {
  const { signHandle, nvIndex } = handles
  const { qualifyingData, size, offset } = parameters
  const scheme = schemeOf(signHandle, parameters, fail)
  const refusal = refusesRead(handles)
  if (refusal !== undefined) fail(refusal)
  if (offset + size > nvIndex.nvPublic.dataSize) fail(RC.nvRange)
  if (size > TPM2B_MAX_NV_BUFFER.max) fail(RC.value, 'size')
  const indexName = nvNameOf(nvIndex.nvPublic)
  const contents = contentsOf(nvIndex)
  const nvDigest = 'hashAlg' in scheme ? digest(scheme.hashAlg, contents) : new Uint8Array(0)
  const attested =
    size === 0 && offset === 0
      ? ({ type: ST.attestNvDigest, attested: { indexName, nvDigest } } as const)
      : ({
          type: ST.attestNv,
          attested: { indexName, offset, nvContents: contents.slice(offset, offset + size) },
        } as const)
  const { info, signature } = attest(tpm, { signHandle, scheme, qualifyingData }, attested, fail)
  return { certifyInfo: info, signature }
})

export const stateAttestationCommands = [getSessionAuditDigest, getCommandAuditDigest, getTime, nvCertify]
