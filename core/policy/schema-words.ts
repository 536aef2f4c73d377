import { z } from 'zod'

/** How a document, a machine, a group or a component is named. */
export const policyName = z
  .string()
  .regex(/^[0-9A-Za-z][0-9A-Za-z._-]{0,62}$/, 'a name has up to 63 letters, digits, dots, dashes and underscores')

/** A digest of so many bytes. */
export const someDigest = (bytes: number) =>
  z
    .string(`a digest of ${bytes} bytes in hexadecimal (quoted, if it has digits only)`)
    .regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`), `a digest of ${bytes} bytes in lower-case hexadecimal`)
