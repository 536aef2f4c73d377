import { z } from 'zod'
import { maxPlatformDocumentBytes } from '../../core/evidence/index.ts'
import { documentKinds, tiers } from '../../core/policy/index.ts'
import { RpcError } from '../../core/rpc/index.ts'

/** Building blocks for the strict reading of requests: the decoder is lax, so that decoded messages may hold anything. */
const maxCoreBytes = 2 << 20
const maxReasonChars = 1000
const maxDocumentChars = 1 << 20
const maxSignaturesChars = 1 << 16
const maxTokens = 64
const maxExpected = 64
const maxBootsPerMachine = 1000

/** A copy outside the message's pooled buffer. */
const bytes = (min: number, max: number) =>
  z
    .instanceof(Uint8Array)
    .refine(({ length }) => length >= min && length <= max, { message: `must be ${min} to ${max} bytes` })
    .transform((value) => Uint8Array.from(value))
const exactly = (size: number) => bytes(size, size)

/** uint64 travels as decimal text. */
const number = z
  .string()
  .regex(/^(?:0|[1-9][0-9]{0,15})$/)
  .transform(Number)
  .pipe(z.number().int())
const u32 = z.int().min(0).max(0xffff_ffff)
const printable = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}\uFFFD]*$/u, { message: 'has unprintable characters' })
/** A machine's, group's or policy's name: safe in a certificate, a file name and a terminal. */
const name = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z._-]{0,62}$/, { message: 'is no name: letters, digits, . _ -' })
const nameOrNothing = z.union([z.literal(''), name])
const reason = printable(maxReasonChars)
const machineReference = name

const documentKind = z.enum(documentKinds)

const signedCore = z.object({ core: bytes(1, maxCoreBytes), signature: exactly(64) })
const bootId = exactly(16)
const point = exactly(65)
const order = z.object({ machine: machineReference, reason })
const heldOrder = order.extend({ decision: number })
const tier = z
  .enum(tiers.map((name) => `TIER_${name}` as const))
  .transform((name) => name.slice('TIER_'.length) as (typeof tiers)[number])
/** Algorithm and digest, of SHA-512 at most (Part 2, 10.5.3). */
const keyName = bytes(0, 66)

/** StringOrURI (RFC 7519, 2); a nonce as RFC 9711, 4.1 bounds it in JSON. */
const asked = z.object({
  audience: z.string().regex(/^[\x21-\x7e]{1,256}$/, { message: 'is no audience: 1 to 256 printable characters' }),
  nonce: z.string().regex(/^(?:|[0-9A-Za-z_+/=-]{8,88})$/, { message: 'is no nonce: 8 to 88 characters of base64' }),
})

/** What each method takes. */
export const requests = {
  begin: signedCore,
  prove: signedCore,
  complete: signedCore,
  powerOn: z.object({
    stateGeneration: u32.min(1),
    bootTokens: z.array(exactly(32)).min(1).max(maxTokens),
    nextTokenHash: exactly(32),
    oneTimePublicKey: point,
    platformDocument: bytes(0, maxPlatformDocumentBytes),
  }),
  challenge: z.object({ bootId }),
  release: z.object({
    bootId,
    challenge: bytes(1, 256),
    core: bytes(1, maxCoreBytes),
    attest: bytes(1, 4096),
    signature: bytes(1, 1024),
    oneTimePublicKey: point,
  }),
  depositKey: z.object({
    luks: z.object({ uuid: exactly(16), keyslotDigest: exactly(32) }),
    key: bytes(1, 512),
  }),
  attest: asked,
  attestDecision: asked.extend({ decision: number }),
  nothing: z.object({}),
  inviteMachine: z.object({ name, group: nameOrNothing, validSeconds: u32.max(90 * 24 * 60 * 60) }),
  machine: z.object({ machine: machineReference }),
  order,
  changeTier: order.extend({ tier, expectedAkName: bytes(1, 66) }),
  acceptMachine: heldOrder.extend({ expectedAkName: keyName }),
  settleFork: heldOrder.refine(({ decision }) => decision > 0, { message: 'decision is missing' }),
  applyPolicy: z.object({
    document: z.string().min(1).max(maxDocumentChars),
    source: printable(4096),
    reason,
    expectedVersion: u32,
    signatures: z.string().max(maxSignaturesChars),
    expected: z.array(z.object({ kind: documentKind, name, version: u32 })).max(maxExpected),
    previewed: z.string().regex(/^[0-9A-Za-z._-]{0,256}$/, { message: 'is nothing that a preview has given' }),
  }),
  policyNamed: z.object({ name }),
  showProposal: z.object({ proposal: number }),
  withdrawProposal: z.object({ proposal: number, reason }),
  withdrawAnnouncement: z.object({ name, reason }),
  proposePolicy: z.object({ decision: number, reason }),
  previewPolicy: z.object({
    document: z.string().min(1).max(maxDocumentChars),
    source: printable(4096),
    last: u32.max(maxBootsPerMachine).transform((last) => (last === 0 ? 1 : last)),
    sinceUnixMs: number,
  }),
  showPolicy: z.object({
    name,
    version: u32,
    kind: z.union([z.literal('').transform(() => undefined), documentKind]),
  }),
  learnPolicy: z.object({ machine: machineReference, name: nameOrNothing }),
  listDecisions: z.object({ machine: nameOrNothing, limit: u32.max(1000), before: number }),
  showDecision: z.object({ number }),
  diffBoots: z.object({ before: number, after: number }),
  listKeys: z.object({ machine: nameOrNothing }),
} as const

/**
 * Reads a request by its schema.
 * @throws RpcError `request/malformed` naming the field.
 */
export function checked<Schema extends z.ZodType>(schema: Schema, untrustedRequest: unknown): z.output<Schema> {
  const parsed = schema.safeParse(untrustedRequest)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = issue === undefined || issue.path.length === 0 ? 'request' : issue.path.map(String).join('.')
  throw new RpcError('request/malformed', `${field}: ${issue?.message ?? 'malformed'}`)
}
