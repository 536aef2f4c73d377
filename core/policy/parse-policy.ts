import { type z } from 'zod'
import { readDocument, type DocumentFault } from '../document/index.ts'
import { announcementSchema, compileAnnouncement, type Announcement } from './announcement.ts'
import { type BootPolicy } from './boot-policy.ts'
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
 * Reads a Group. What it says of other documents but reference values is for whoever has them.
 * @throws PolicyError with line and column.
 */
export function parseGroup(text: string, source: string, library: Library = noReferences): ParsedGroup {
  return parse(text, source, groupSchema, (document) => compileGroup(document, library))
}

/**
 * Reads ReferenceValues.
 * @throws PolicyError with line and column.
 */
export function parseReferenceValues(text: string, source: string): ReferenceValues {
  return parse(text, source, referenceValuesSchema, compileReferenceValues)
}

/**
 * Reads an Announcement.
 * @throws PolicyError with line and column.
 */
export function parseAnnouncement(text: string, source: string): Announcement {
  return parse(text, source, announcementSchema, compileAnnouncement)
}

/**
 * Reads Signers.
 * @throws PolicyError with line and column.
 */
export function parseSigners(text: string, source: string): Signers {
  return parse(text, source, signersSchema, compileSigners)
}

/** The kinds of documents that there are. */
const documentKinds = ['BootPolicy', 'ReferenceValues', 'Announcement', 'Signers'] as const
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
