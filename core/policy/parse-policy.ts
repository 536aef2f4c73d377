import { type z } from 'zod'
import { readDocument, type DocumentFault } from '../document/index.ts'
import { announcementSchema, compileAnnouncement, type Announcement } from './announcement.ts'
import { type BootPolicy } from './boot-policy.ts'
import { checkGroupAmong, checkPolicyAmong, type Collection } from './collection.ts'
import { compilePolicy } from './compile.ts'
import { compileGroup, type Group } from './group.ts'
import { groupSchema } from './group-schema.ts'
import { type Library } from './library.ts'
import { PolicyError } from './policy-error.ts'
import { PolicyFault } from './policy-fault.ts'
import { compileReferenceValues, referenceValuesSchema, type ReferenceValues } from './reference-values.ts'
import { policyLimits } from './rule-schema.ts'
import { compileSigners, signersSchema, type Signers } from './signers.ts'
import { bootPolicySchema } from './schema.ts'

const noReferences: Library = new Map()

/**
 * Reads a BootPolicy. `source` is the file's name, for the error; `library` holds the reference values it may refer to.
 * @throws PolicyError with line and column; nothing that is misspelt, empty, repeated, contradictory or not to be found is
 * let through.
 */
export function parsePolicy(text: string, source: string, library: Library = noReferences): BootPolicy {
  return parse(text, source, bootPolicySchema, (document) => compilePolicy(document, library))
}

/**
 * Reads a BootPolicy that is to stand among other documents.
 * @throws PolicyError with line and column, also where it and another would judge the same machines.
 */
export function parsePolicyAmong(text: string, source: string, documents: Collection): BootPolicy {
  return parse(text, source, bootPolicySchema, (document) => {
    const policy = compilePolicy(document, documents.library)
    checkPolicyAmong(policy, documents)
    return policy
  })
}

/**
 * Reads a Group. Whether other groups and policies are as it says is left to `parseGroupAmong`.
 * @throws PolicyError with line and column.
 */
export function parseGroup(text: string, source: string, library: Library = noReferences): Group {
  return parse(text, source, groupSchema, (document) => compileGroup(document, library))
}

/**
 * Reads a Group that is to stand among other documents.
 * @throws PolicyError with line and column, also where parent or policy is not there, parents make a circle, or it demands the
 * signatures of more engineers than there are.
 */
export function parseGroupAmong(text: string, source: string, documents: Collection, engineers = Infinity): Group {
  return parse(text, source, groupSchema, (document) => {
    const group = compileGroup(document, documents.library)
    if (group.signatures > engineers)
      throw new PolicyFault(
        ['changes', 'signatures'],
        `asks for ${group.signatures} engineers, and ${engineers} have a key that counts: enrol them first`,
      )
    checkGroupAmong(group, documents)
    return group
  })
}

/**
 * Reads ReferenceValues.
 * @throws PolicyError with line and column.
 */
export function parseReferenceValues(text: string, source: string): ReferenceValues {
  return parse(text, source, referenceValuesSchema, compileReferenceValues)
}

/**
 * Reads an Announcement. Where it stands already, values that it refers to may be missing by now.
 * @throws PolicyError with line and column.
 */
export function parseAnnouncement(
  text: string,
  source: string,
  library: Library = noReferences,
  missing: 'refuse' | 'accept nothing' = 'refuse',
): Announcement {
  return parse(text, source, announcementSchema, (document) => compileAnnouncement(document, library, missing))
}

/**
 * Reads Signers.
 * @throws PolicyError with line and column.
 */
export function parseSigners(text: string, source: string): Signers {
  return parse(text, source, signersSchema, compileSigners)
}

/** The kinds of documents that there are. */
export const documentKinds = ['BootPolicy', 'ReferenceValues', 'Group', 'Announcement', 'Signers'] as const
export type DocumentKind = (typeof documentKinds)[number]

/** What a document says it is; undefined where it says nothing that there is. Its own reader finds every other fault. */
export function kindOf(text: string): DocumentKind | undefined {
  const [, said] = /^kind:[ \t]*["']?([A-Za-z]+)["']?[ \t]*(?:#.*)?$/m.exec(text) ?? []
  return documentKinds.find((kind) => kind === said)
}

function parse<Document, Compiled>(
  text: string,
  source: string,
  schema: z.ZodType<Document>,
  compile: (document: Document) => Compiled,
): Compiled {
  const refuse = ({ line, column, reason }: DocumentFault): PolicyError => new PolicyError(source, line, column, reason)
  const { value, faultAt } = readDocument(text, { schema, maxCharacters: policyLimits.documentChars, refuse })
  try {
    return compile(value)
  } catch (error) {
    if (error instanceof PolicyFault) throw refuse(faultAt(error.path, error.message))
    throw error
  }
}
