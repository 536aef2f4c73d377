/** A metadata server is on the same host. */
export const patienceMs = 10_000

/** Asks the platform for a document that carries this nonce. @throws PlatformDocumentError */
export type PlatformSource = (nonce: string) => Promise<Uint8Array>

/** The platform gave no document; the message says why. */
export class PlatformDocumentError extends Error {
  override readonly name = 'PlatformDocumentError'
}
