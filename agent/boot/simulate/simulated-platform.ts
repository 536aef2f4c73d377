import { base64url } from 'jose'
import { z } from 'zod'
import {
  platformFormats,
  platformNonce,
  pointerSteps,
  type Claims,
  type PlatformIssuer,
} from '../../../core/evidence/index.ts'
import {
  examinePlatform,
  platformIssuers,
  type CompiledPolicy,
  type PlatformFacts,
  type PlatformFinding,
} from '../../../core/policy/index.ts'
import { forgeries, forgeryNames } from './platform-forgeries.ts'
import { keyPairOf, signedToken, withClaim, type TokenDraft } from './platform-token.ts'

const claimValue = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())])

/** What a platform says of a simulated machine, as a test writes it. */
export const platformSchema = z
  .strictObject({
    instance: z.string().default('vm-1'),
    claims: z.record(z.string(), claimValue).default({}).describe('Further claims, by JSON Pointer'),
    age: z.number().default(1).describe('Seconds from the making of the document to the request'),
    known: z.string().optional().describe('Instance of the earlier starts: NAME at ISSUER'),
    forged: z.enum(forgeryNames).optional().describe('What is wrong with the document'),
  })
  .describe('Document of the platform, signed as the first listed key of the issuer would')
type SimulatedPlatform = z.output<typeof platformSchema>

const lifetimeSeconds = 300

/** What the server would find of a machine's platform: keys of the simulation stand in the place of those that are listed. */
export async function simulatedPlatform(
  policy: CompiledPolicy,
  given: SimulatedPlatform | undefined,
  nowUnixMs: number,
): Promise<PlatformFacts> {
  const findings = new Map<PlatformIssuer, PlatformFinding>()
  for (const issuer of given === undefined ? [] : platformIssuers(policy, policy.floors)) {
    const finding = given && (await findingOf(issuer, given, nowUnixMs))
    if (finding !== undefined) findings.set(issuer, finding)
  }
  return { findings, knownInstance: given?.known }
}

async function findingOf(issuer: PlatformIssuer, given: SimulatedPlatform, receivedUnixMs: number) {
  const nonce = nonceOf(1)
  const { draft, simulated } = draftOf(issuer, given, nonce, receivedUnixMs)
  const document = given.forged === undefined ? signedToken(draft) : forgeries[given.forged](draft, issuer.format)
  const untrustedDocument = new TextEncoder().encode(document)
  const findings = await examinePlatform(new Set([simulated]), { untrustedDocument, nonce, receivedUnixMs })
  return findings.get(simulated)
}

/** A document as this issuer would make it, and the issuer with a key of the simulation. */
export function draftOf(
  issuer: PlatformIssuer,
  { instance, claims, age }: SimulatedPlatform,
  nonce: Uint8Array,
  receivedUnixMs: number,
): { readonly draft: TokenDraft; readonly simulated: PlatformIssuer } {
  const [listed] = issuer.keys.values()
  if (listed === undefined) throw new TypeError(`${issuer.name} has no keys`)
  const { keyId, algorithm } = listed
  const { publicKey, privateKey } = keyPairOf(algorithm, 'listed')
  const format = platformFormats[issuer.format]
  const made = Math.floor(receivedUnixMs / 1000) - age
  const said: readonly (readonly [readonly string[], unknown])[] = [
    [format.nonce, base64url.encode(nonce)],
    [format.instance, instance],
    ...Object.entries(claims).map(([pointer, value]) => [pointerSteps(pointer) ?? [pointer], value] as const),
  ]
  const times = { iss: issuer.issuer, iat: made, exp: made + lifetimeSeconds }
  return {
    draft: {
      header: { alg: algorithm, kid: keyId, typ: 'JWT' },
      claims: said.reduce<Claims>((all, [steps, value]) => withClaim(all, steps, value), times),
      algorithm,
      privateKey,
    },
    simulated: { ...issuer, keys: new Map([[keyId, { ...listed, publicKey }]]) },
  }
}

/** The nonce of one request or of another. */
export function nonceOf(request: number): Uint8Array {
  const field = new Uint8Array(32).fill(request)
  return platformNonce({ serverId: field, machineId: field, nextTokenHash: field, oneTimePublicKey: field })
}
