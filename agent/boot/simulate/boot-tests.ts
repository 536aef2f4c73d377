import { z } from 'zod'
import { readDocument, type DocumentFault } from '../../../core/document/index.ts'
import { changeSchema } from './changes.ts'
import { platformSchema } from './simulated-platform.ts'
import { writtenBoot } from './written-boot.ts'

const maxCharacters = 1 << 20
const maxCases = 4096

/** A file of boot tests says something wrong, unknown or contradictory. */
export class BootTestError extends Error {
  override readonly name = 'BootTestError'
  constructor(source: string, { line, column, reason }: Pick<DocumentFault, 'line' | 'column' | 'reason'>) {
    super(`${source}:${line}:${column}: ${reason}`)
  }
}

const path = z.string().min(1).max(4096)
const fileOrDocument = z.string().min(1).max(maxCharacters)
const facts = z
  .strictObject({
    tier: z.enum(['T0', 'T1', 'T2', 'T3']).optional(),
    from: z.string().optional().describe('Address that the machine asks from'),
    approvedBy: z.array(z.string()).optional(),
    platform: platformSchema.optional(),
    at: z.iso.datetime({ offset: true }).optional().describe('When it asks to start, RFC 3339'),
    after: z.number().min(0).optional().describe('Seconds from its admission to its request for keys'),
  })
  .describe('What the server knows of the machine')

const shared = {
  boot: path.optional().describe('Event log of the boot (binary), relative to this file'),
  description: path.optional().describe('Boot description that the boot is computed from, instead of a log'),
  written: writtenBoot.optional(),
  policy: fileOrDocument
    .optional()
    .describe('BootPolicy that judges it, a file or the document itself; learnt, if not given'),
  references: z.array(fileOrDocument).min(1).optional().describe('ReferenceValues that the policy refers to'),
  groups: z
    .array(fileOrDocument)
    .min(1)
    .max(16)
    .optional()
    .describe('Groups that the machine is in, its own first, each a file or the document itself'),
  facts: facts.optional(),
}

const testCase = z.strictObject({
  name: z.string().trim().min(1).max(200),
  ...shared,
  change: z.array(changeSchema).min(1).optional().describe('What is different from the boot, one after the other'),
  expect: z.strictObject({
    outcome: z
      .enum(['allow', 'hold', 'deny', 'bad-evidence', 'bad-policy'])
      .describe('Keys, a person is asked, no keys; the evidence is none; the policy is refused'),
    reasons: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('Codes of the rules that fail, all of them; or the problem of the evidence'),
  }),
})

/** Boot tests as they are written. */
export const bootTestsSchema = z.strictObject({
  kind: z.literal('BootTests'),
  ...shared,
  cases: z.array(testCase).min(1).max(maxCases),
})
export type BootTests = z.output<typeof bootTestsSchema>
export type BootCase = BootTests['cases'][number]

/**
 * Reads a file of boot tests.
 * @throws BootTestError with line and column.
 */
export function parseBootTests(text: string, source: string): BootTests {
  const { value } = readDocument(text, {
    schema: bootTestsSchema,
    maxCharacters,
    refuse: (fault) => new BootTestError(source, fault),
  })
  return value
}

/** JSON Schema of BootTests, for editors. */
export function bootTestsJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'Bootlatch BootTests', ...z.toJSONSchema(bootTestsSchema, { io: 'input' }) }
}
