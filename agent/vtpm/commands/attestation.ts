import { equalInConstantTime } from '../../../core/bytes/index.ts'
import { Certify, CertifyCreation, Quote, RC, ST } from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { attest, attestationScheme, canSign } from '../objects/attest.ts'
import { creationTicket } from '../objects/creation.ts'

/**
 * Part 3, 18.2.
 * @throws KEY if signHandle does not sign; SCHEME if it does not by inScheme.
 */
const certify = implement(Certify, (tpm, { handles: { objectHandle, signHandle }, parameters, fail }) => {
  if (!canSign(signHandle)) fail(RC.key, 'signHandle')
  const scheme = attestationScheme(signHandle, parameters.inScheme) ?? fail(RC.scheme, 'inScheme')
  const { name, qualifiedName } = objectHandle
  const attested = { type: ST.attestCertify, attested: { name, qualifiedName } } as const
  const { info, signature } = attest(tpm, { ...parameters, signHandle, scheme }, attested, fail)
  return { certifyInfo: info, signature }
})

/**
 * Part 3, 18.3.
 * @throws KEY if signHandle does not sign; SCHEME; TICKET if this TPM did not make the object so.
 */
const certifyCreation = implement(CertifyCreation, (tpm, { handles, parameters, fail }) => {
  const { signHandle, objectHandle } = handles
  const { creationHash, creationTicket: shown } = parameters
  if (!canSign(signHandle)) fail(RC.key, 'signHandle')
  const scheme = attestationScheme(signHandle, parameters.inScheme) ?? fail(RC.scheme, 'inScheme')
  const expected = creationTicket(tpm, shown.hierarchy, objectHandle.name, creationHash)
  if (!equalInConstantTime(expected.digest, shown.digest)) fail(RC.ticket, 'creationTicket')
  const attested = { type: ST.attestCreation, attested: { objectName: objectHandle.name, creationHash } } as const
  const { info, signature } = attest(tpm, { ...parameters, signHandle, scheme }, attested, fail)
  return { certifyInfo: info, signature }
})

/**
 * Part 3, 18.4.
 * @throws KEY if signHandle does not sign; SCHEME if it does not by inScheme.
 */
const quote = implement(Quote, (tpm, { handles: { signHandle }, parameters, fail }) => {
  if (!canSign(signHandle)) fail(RC.key, 'signHandle')
  // The scheme's hash is the digest's, too: without a key there is none
  if (signHandle === undefined) return fail(RC.scheme, 'inScheme')
  const scheme = attestationScheme(signHandle, parameters.inScheme) ?? fail(RC.scheme, 'inScheme')
  const pcrSelect = tpm.pcrs.implemented(parameters.PCRselect)
  const pcrDigest = 'hashAlg' in scheme ? tpm.pcrs.digestOf(pcrSelect, scheme.hashAlg) : new Uint8Array(0)
  const attested = { type: ST.attestQuote, attested: { pcrSelect, pcrDigest } } as const
  const { info, signature } = attest(tpm, { ...parameters, signHandle, scheme }, attested, fail)
  return { quoted: info, signature }
})

export const attestationCommands = [certify, certifyCreation, quote]
