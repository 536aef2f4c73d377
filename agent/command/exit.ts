/** How a command of the agent ends, for scripts. */
export const exit = { ok: 0, error: 1, usage: 2, refused: 3, held: 4 } as const

export type ExitCode = (typeof exit)[keyof typeof exit]

export const exitCodesHelp = 'Exit codes: 0 done, 1 error, 2 wrong command line, 3 refused, 4 held for a person.'
