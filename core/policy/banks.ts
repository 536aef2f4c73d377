/** The banks a policy can speak of: SHA-1 is not among them. By TPM_ALG_ID. */
export const policyBanks = { sha256: 0x000b, sha384: 0x000c, sha512: 0x000d } as const
export type PolicyBank = keyof typeof policyBanks
export const bankNames = ['sha256', 'sha384', 'sha512'] as const satisfies readonly PolicyBank[]
