/** Which claim of a document names the instance, and which carries the nonce; as steps into its claims. */
interface FormatFacts {
  readonly instance: readonly string[]
  readonly nonce: readonly string[]
}

/**
 * How platforms write their documents. AWS's instance identity document is none of them: it carries no nonce and never expires,
 * so that whoever has seen it once can show it for ever.
 */
export const platformFormats = {
  /** An ID token (OpenID Connect Core 1.0, 2) about a virtual machine. */
  jwt: { instance: ['sub'], nonce: ['nonce'] },
  /** Google's instance identity token, format "full": who asks for it chooses nothing but its audience. */
  'google-instance': { instance: ['google', 'compute_engine', 'instance_id'], nonce: ['aud'] },
} as const satisfies Readonly<Record<string, FormatFacts>>

export type PlatformFormat = keyof typeof platformFormats
export const platformFormatNames = Object.keys(platformFormats) as readonly PlatformFormat[]
