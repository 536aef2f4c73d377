/** How messages look in TypeScript; the generated types and the loaded descriptor must agree on it. */
export const loaderOptions = { longs: String, enums: String, defaults: true, oneofs: true } as const
