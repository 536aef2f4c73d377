import { ALG, CertifyX509, digest, RC } from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { attestationScheme, canSign, signAttest } from '../objects/attest.ts'
import { refusalOf } from '../objects/refusal.ts'
import { signatureAlgorithm, subjectPublicKey } from '../x509/algorithm-identifiers.ts'
import { extensionProblem } from '../x509/key-usage.ts'
import { completeCertificate, onlySequence, readPartialCertificate } from '../x509/partial-certificate.ts'
import { readElements } from '../x509/read-der.ts'

/**
 * Part 3, 18.8: signs a certificate for a key that is loaded. What is wrong with the signer is blamed on the first handle
 * and the other way round, as libtpms does.
 * @throws SIZE of reserved, or if partialCertificate is no SEQUENCE; KEY if signHandle does not sign; SCHEME if it does not
 * by inScheme, or certificates do not have its scheme; ASYMMETRIC if they do not have the key; VALUE if an element is
 * missing or the key may not be used as it is said; ATTRIBUTES if other attributes are said than it has.
 */
const certifyX509 = implement(CertifyX509, (tpm, { handles: { objectHandle, signHandle }, parameters, fail }) => {
  const { reserved, inScheme, partialCertificate } = parameters
  if (reserved.length > 0) fail(RC.size, 'reserved')
  if (signHandle === undefined || !canSign(signHandle) || signHandle.publicArea.nameAlg === ALG.null)
    return fail(RC.key, 'objectHandle')
  const scheme = attestationScheme(signHandle, inScheme)
  if (scheme === undefined || !('hashAlg' in scheme)) return fail(RC.scheme, 'inScheme')
  const publicKey = subjectPublicKey(objectHandle.publicArea) ?? fail(RC.asymmetric, 'signHandle')
  if (partialCertificate.length === 0) fail(RC.value, 'partialCertificate')
  const content = refusalOf(() => onlySequence(partialCertificate))
  if (content === undefined || typeof content === 'number') return fail(RC.size, 'partialCertificate')
  const partial = refusalOf(() => readPartialCertificate(readElements(content)))
  if (partial === undefined || typeof partial === 'number') return fail(RC.value, 'partialCertificate')
  const signature = partial.signature ?? signatureAlgorithm(scheme) ?? fail(RC.scheme, 'objectHandle')
  const problem = refusalOf(() => extensionProblem(partial.extensions, objectHandle.publicArea.objectAttributes))
  if (problem === 'attributes') fail(RC.attributes, 'signHandle')
  if (problem !== undefined) fail(RC.value, 'partialCertificate')

  const { tbs, added } = completeCertificate(partial, {
    signature,
    subjectPublicKey: publicKey,
    nameAlg: signHandle.publicArea.nameAlg,
    names: [signHandle.name, objectHandle.name],
  })
  return {
    addedToCertificate: added,
    tbsDigest: digest(scheme.hashAlg, tbs),
    signature: signAttest(tpm, signHandle, scheme, tbs) ?? fail(RC.scheme, 'inScheme'),
  }
})

export const certifyX509Commands = [certifyX509]
