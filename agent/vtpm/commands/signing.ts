import { equalInConstantTime } from '../../../core/bytes/index.ts'
import { ALG, digestSize, RC, RH, Sign, ST, VerifySignature } from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { selectSignScheme } from '../signing/select-scheme.ts'
import { signDigest } from '../signing/sign-digest.ts'
import { refusesSignature } from '../signing/verify-digest.ts'
import { hashCheckTicket, nullTicket, verifiedTicket } from './hash-tickets.ts'

/** @throws ATTRIBUTES if the key does not sign; SCHEME, SIGNATURE or HANDLE if it did not make this signature. */
const verifySignature = implement(VerifySignature, (tpm, { handles: { keyHandle }, parameters, fail }) => {
  if (!keyHandle.publicArea.objectAttributes.sign) fail(RC.attributes, 'keyHandle')
  const refusal = refusesSignature(keyHandle, parameters.digest, parameters.signature)
  if (refusal !== undefined) fail(refusal, 'signature')

  const isNameless = keyHandle.name.length === 0
  return {
    validation: isNameless
      ? nullTicket(ST.verified)
      : verifiedTicket(tpm, keyHandle.hierarchy, parameters.digest, keyHandle.name),
  }
})

/**
 * @throws KEY if the key does not sign; ATTRIBUTES if it signs certificates only; SCHEME if key and request do not agree
 * on one; TICKET if a restricted key is shown no proof that the digest is safe to sign; SIZE if the digest has not the
 * size of its algorithm; VALUE if ECDAA is to use a commitment that is not open.
 */
const sign = implement(Sign, (tpm, { handles: { keyHandle }, parameters, fail }) => {
  const { digest, inScheme, validation } = parameters
  const { objectAttributes, type } = keyHandle.publicArea
  if (!objectAttributes.sign || type === ALG.symcipher) fail(RC.key, 'keyHandle')
  if (objectAttributes.x509sign) fail(RC.attributes, 'keyHandle')
  const scheme = selectSignScheme(keyHandle.publicArea, inScheme)
  if (scheme === undefined || !('hashAlg' in scheme)) return fail(RC.scheme, 'inScheme')
  if (validation.digest.length > 0 || objectAttributes.restricted) {
    // The null hierarchy has a proof too, but its tickets are empty: they must not pass for one.
    const expected = hashCheckTicket(tpm, validation.hierarchy, scheme.hashAlg, digest)
    const isProven = validation.hierarchy !== RH.null && equalInConstantTime(expected.digest, validation.digest)
    if (!isProven) fail(RC.ticket, 'validation')
  } else if (digest.length !== digestSize(scheme.hashAlg)) fail(RC.size, 'digest')

  return { signature: signDigest(tpm, keyHandle, scheme, digest) ?? fail(RC.scheme) }
})

export const signingCommands = [verifySignature, sign]
