import { base64url } from 'jose'
import { keyPairOf, signedToken } from '../../agent/boot/simulate/platform-token.ts'

const issuer = 'https://vms.example'
const keyId = 'k-1'
const lifetimeSeconds = 300

/** What manages virtual machines, and says on which of them somebody runs. */
export class TestPlatform {
  readonly #clock: () => number
  readonly #owner: string

  constructor(clock: () => number, owner = 'platform') {
    this.#clock = clock
    this.#owner = owner
  }

  /** A document that this instance asks for: the platform signs for any nonce. */
  document(instance: string, nonce: Uint8Array, claims: object = {}): Uint8Array {
    const iat = Math.floor(this.#clock() / 1000)
    const token = signedToken({
      header: { alg: 'ES256', kid: keyId, typ: 'JWT' },
      claims: {
        iss: issuer,
        aud: 'bootlatch',
        sub: instance,
        nonce: base64url.encode(nonce),
        iat,
        exp: iat + lifetimeSeconds,
        ...claims,
      },
      algorithm: 'ES256',
      privateKey: keyPairOf('ES256', this.#owner).privateKey,
    })
    return new TextEncoder().encode(token)
  }

  /** ReferenceValues that list it. */
  listed(name = 'clouds'): string {
    const { x = '', y = '' } = keyPairOf('ES256', this.#owner).publicKey.export({ format: 'jwk' })
    const key = `{ kid: ${keyId}, kty: EC, crv: P-256, alg: ES256, x: "${x}", y: "${y}" }`
    return `kind: ReferenceValues\nname: ${name}\nissuers:\n  vms: { format: jwt, issuer: "${issuer}", keys: [${key}] }\n`
  }

  /** An instance among those of all issuers. */
  static named(instance: string): string {
    return `${instance} at ${issuer}`
  }
}
