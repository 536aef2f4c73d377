import { base64url } from 'jose'
import { z } from 'zod'
import { SignatureError } from './signature-error.ts'

/** `typ` of every signature (RFC 8725, 3.11): one made for another purpose does not count here. */
export const changeType = 'bootlatch-change'

const maxChars = 1 << 16
const maxSignatures = 32

const base64urlText = z
  .string()
  .max(4096)
  .regex(/^[A-Za-z0-9_-]+$/)
  .refine((text) => base64url.encode(base64url.decode(text)) === text)

/** RFC 7515, 7.2.1, with nothing that is not protected. */
const generalJws = z.strictObject({
  payload: base64urlText,
  signatures: z
    .array(z.strictObject({ protected: base64urlText, signature: base64urlText }))
    .min(1)
    .max(maxSignatures),
})
export type GeneralJws = z.output<typeof generalJws>

/** Nothing beside these: no key, certificate or address that would choose its own verifier, and no `crit` or `b64`. */
const protectedHeader = z.strictObject({
  alg: z.string().max(32),
  kid: z.string().max(128),
  typ: z.literal(changeType),
})

/** @throws SignatureError `malformed` */
export function parseGeneralJws(text: string): GeneralJws {
  return strictly(text, generalJws)
}

/** @throws SignatureError `malformed` */
export function parseProtectedHeader(encoded: string): z.output<typeof protectedHeader> {
  return strictly(new TextDecoder().decode(base64url.decode(encoded)), protectedHeader)
}

function strictly<Form extends z.ZodType>(text: string, form: Form): z.output<Form> {
  if (text.length > maxChars) throw new SignatureError('malformed')
  try {
    return form.parse(JSON.parse(text))
  } catch (cause) {
    throw new SignatureError('malformed', { cause })
  }
}
