/** Who holds a client certificate of ours, as the certificate says it. */
export type PeerIdentity =
  | { readonly kind: 'machine'; readonly id: Uint8Array; readonly spkiSha256: Uint8Array }
  | { readonly kind: 'operator'; readonly name: string; readonly spkiSha256: Uint8Array }
