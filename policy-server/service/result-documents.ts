import type { AttestationResults } from '../appraise/index.ts'

const keySetPath = '/.well-known/jwks.json'

/**
 * What a relying party reads to verify attestation results: the key set (RFC 7517), and where it lies, in the form in which
 * most programs look for it (OpenID Connect Discovery 1.0, 4). Nobody signs in here.
 */
export function resultDocuments(results: Pick<AttestationResults, 'keySet'>, issuer: string) {
  const discovery = {
    issuer,
    jwks_uri: `${issuer}${keySetPath}`,
    response_types_supported: [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  }
  return {
    [keySetPath]: { contentType: 'application/jwk-set+json', read: () => results.keySet() },
    '/.well-known/openid-configuration': {
      contentType: 'application/json',
      read: () => Promise.resolve(discovery),
    },
  }
}
