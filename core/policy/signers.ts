import { createPublicKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { signingKeyOf, type EnrolledKey, type Keyring } from '../signing/index.ts'
import { PolicyFault } from './policy-fault.ts'
import { policyName } from './schema-words.ts'

const limits = { engineers: 256, keys: 16, pemChars: 1024 } as const
/** More nobody can ask for. */
export const mostSigners = 16

/** There is one list of signers for a server, so one name. */
export const signersName = 'signers'

/** A time with its zone, to the second (RFC 3339). */
export const instant = z.iso.datetime({
  offset: true,
  error: ({ input }) => (input === undefined ? undefined : 'a time is written 2026-12-31T18:00:00Z'),
})

const key = z.strictObject({
  publicKey: z.string().max(limits.pemChars).describe('PEM of a public key of P-256, P-384 or Ed25519'),
  until: instant.optional().describe('From then on it counts no more'),
  retired: z
    .string()
    .trim()
    .min(1)
    .max(1000)
    .optional()
    .describe('Why it counts no more; it stays in the list, so that what it signed can be read'),
})

/** Signers as they are written: whose signatures put documents in force, and of how many engineers. */
export const signersSchema = z.strictObject({
  kind: z.literal('Signers'),
  name: z.literal(signersName),
  required: z
    .int()
    .min(0)
    .max(mostSigners)
    .describe('How many different engineers have to sign before a document is in force; 0 for none'),
  groupDemands: z
    .enum(['keep', 'lift'])
    .default('keep')
    .describe('Whether what groups demand of signatures holds; to lift it takes as many as the largest demand'),
  engineers: z
    .record(policyName, z.array(key).min(1).max(limits.keys))
    .refine((engineers) => Object.keys(engineers).length > 0, 'names nobody')
    .refine((engineers) => Object.keys(engineers).length <= limits.engineers, 'too many engineers')
    .describe('Their keys, by name'),
})
type SignersDocument = z.output<typeof signersSchema>

/** Whose signatures put documents in force. */
export interface Signers {
  readonly kind: 'Signers'
  readonly name: string
  /** How many different engineers have to sign. */
  readonly required: number
  /** Whether what groups demand counts for nothing. */
  readonly liftsDemands: boolean
  readonly keyring: Keyring
  readonly warnings: readonly string[]
}

/** @throws PolicyFault */
export function compileSigners({ name, required, groupDemands, engineers }: SignersDocument): Signers {
  const keyring = new Map<string, EnrolledKey>()
  for (const [engineer, keys] of Object.entries(engineers)) {
    keys.forEach(({ publicKey, until, retired }, at) => {
      const path = ['engineers', engineer, at, 'publicKey']
      const signing = signingKeyOf(publicKeyOf(publicKey, path))
      if (signing === undefined) throw new PolicyFault(path, 'is no key of P-256, P-384 or Ed25519')
      // One key in two hands would be two signatures of one person.
      const holder = keyring.get(signing.keyId)?.engineer
      if (holder !== undefined) throw new PolicyFault(path, `is a key of ${holder} already`)
      const untilUnixMs = until === undefined ? undefined : Date.parse(until)
      keyring.set(signing.keyId, { ...signing, engineer, untilUnixMs, isRetired: retired !== undefined })
    })
  }
  const able = new Set([...keyring.values()].filter(({ isRetired }) => !isRetired).map(({ engineer }) => engineer))
  if (able.size < required)
    throw new PolicyFault(
      ['required'],
      `asks for ${required} engineers, and ${able.size} have a key that is not retired`,
    )
  const liftsDemands = groupDemands === 'lift'
  const lifted = liftsDemands ? ['groupDemands lift: what groups demand of signatures counts for nothing'] : []
  return {
    kind: 'Signers',
    name,
    required,
    liftsDemands,
    keyring,
    warnings: [...warningsOf(required, able.size), ...lifted],
  }
}

function publicKeyOf(pem: string, path: readonly (string | number)[]): KeyObject {
  // Without this a private key would be taken, and kept for everybody to read.
  if (!/^-----BEGIN PUBLIC KEY-----\s[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----$/.test(pem.trim()))
    throw new PolicyFault(path, 'is no PEM of a public key')
  try {
    return createPublicKey(pem)
  } catch {
    throw new PolicyFault(path, 'is no PEM of a public key')
  }
}

function warningsOf(required: number, able: number): readonly string[] {
  if (required === 0) return ['required 0: any operator alone puts documents in force']
  if (required === 1) return ['required 1: whoever holds one key alone puts documents in force']
  return able === required ? [`required ${required}: the loss of one engineer's key stops every change`] : []
}
